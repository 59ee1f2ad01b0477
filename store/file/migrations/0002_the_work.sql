-- digest: 9c9eea59f3b8074a41b63152d75850c1
-- What a lead does between two papers: nothing-new marks, saved views, evidence cited by name, and what Attention is worked out from.

ALTER TABLE register ADD COLUMN aged_after INTEGER;
ALTER TABLE register ADD COLUMN stale_after INTEGER;
ALTER TABLE register ADD COLUMN move_reasons TEXT;
ALTER TABLE register ADD COLUMN embed_limit INTEGER;
ALTER TABLE reply ADD COLUMN discharges TEXT;
ALTER TABLE action ADD COLUMN since TEXT;
ALTER TABLE action ADD COLUMN since_earliest TEXT;
ALTER TABLE action ADD COLUMN since_latest TEXT;

-- Worked out, as the other columns after `seq` are.
ALTER TABLE recommendation ADD COLUMN no_reason INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recommendation ADD COLUMN status_said TEXT;
ALTER TABLE recommendation ADD COLUMN published TEXT;
ALTER TABLE recommendation ADD COLUMN said_on TEXT;

CREATE TABLE nothing_new (
    id TEXT NOT NULL PRIMARY KEY,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    dated TEXT,
    dated_earliest TEXT,
    dated_latest TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE view (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    query TEXT,
    sort TEXT,
    columns TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE citation (
    id TEXT NOT NULL PRIMARY KEY,
    note TEXT REFERENCES note(id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT,
    reference TEXT,
    sha256 TEXT,
    size INTEGER,
    embedded INTEGER,
    marking TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE location (
    id TEXT NOT NULL PRIMARY KEY,
    citation TEXT REFERENCES citation(id) DEFERRABLE INITIALLY DEFERRED,
    place TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;

-- Evidence files that are kept in the register, under their SHA-256, as the sqlite3 program's own archives hold files.
CREATE TABLE sqlar (
    name TEXT PRIMARY KEY,
    mode INT,
    mtime INT,
    sz INT,
    data BLOB
);

CREATE INDEX nothing_new_of_recommendation ON nothing_new (recommendation);
CREATE INDEX citation_of_note ON citation (note);
CREATE INDEX location_of_citation ON location (citation);
CREATE INDEX action_open ON action (recommendation, kind, due_latest) WHERE done IS NULL AND withdrawn = 0;
CREATE INDEX change_of_kind ON change (kind, n);
CREATE INDEX listed_by_next_move ON recommendation (next_move, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_first_target ON recommendation (first_target_latest, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_said_on ON recommendation (said_on, sort_key, seq) WHERE listed = 1;
DROP INDEX listed_facets;
CREATE INDEX listed_facets ON recommendation
    (status, stage, closed_as, theme_name, code, kind, next_move, marking, target_latest, target, leads, counted,
     updated, published, said_on, no_reason, in_conflict, moved_later, seq)
    WHERE listed = 1;
