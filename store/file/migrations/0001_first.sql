-- digest: e662a5d3e771a6e684ddd71c210c2685
-- The first schema. Released: never edited. A later migration is a further file.

-- The log: every change ever made here or taken in, and nothing else is ever written by hand.
CREATE TABLE change (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    entity TEXT NOT NULL,
    fields TEXT NOT NULL,
    author TEXT NOT NULL,
    device TEXT NOT NULL,
    time TEXT NOT NULL,
    action TEXT NOT NULL,
    undoes TEXT,
    parents TEXT NOT NULL,
    clear TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    salt TEXT,
    body TEXT
) STRICT;
CREATE INDEX change_of_entity ON change (entity);
CREATE INDEX change_of_action ON change (action);
CREATE INDEX change_of_kind ON change (kind, n);
CREATE INDEX change_by_day ON change (time);
CREATE INDEX change_by_author ON change (author, device);
CREATE INDEX change_left_out ON change (id) WHERE body IS NULL;
CREATE INDEX change_undoing ON change (undoes) WHERE undoes IS NOT NULL;

-- What this file is: its id, how many changes it holds and the sum of their ids, what a share says of itself. Never hashed.
CREATE TABLE this_file (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- What was received into this file: which file brought which changes, those numbered first_n to last_n. Never hashed, never shared.
CREATE TABLE receipt (
    id TEXT NOT NULL PRIMARY KEY,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    made_by TEXT,
    taken TEXT NOT NULL,
    taken_by TEXT NOT NULL,
    first_n INTEGER NOT NULL,
    last_n INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    filled INTEGER NOT NULL,
    left_out INTEGER NOT NULL,
    taken_back TEXT
) STRICT;

-- Changes kept but not applied, until what they rest on arrives.
CREATE TABLE waiting (
    change TEXT NOT NULL,
    waits_for TEXT NOT NULL,
    PRIMARY KEY (change, waits_for)
) STRICT;
CREATE INDEX waiting_for ON waiting (waits_for);

-- Fields that hold several values side by side until a person says which one holds.
CREATE TABLE conflict (
    entity TEXT NOT NULL,
    field TEXT NOT NULL,
    kind TEXT NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (entity, field)
) STRICT;

-- Below: what the log adds up to, a table a kind. Rebuilt from the log at any time.
CREATE TABLE register (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT,
    marking TEXT,
    day TEXT,
    next_committee TEXT,
    next_committee_earliest TEXT,
    next_committee_latest TEXT,
    aged_after INTEGER,
    stale_after INTEGER,
    priorities TEXT,
    kinds TEXT,
    kinds_apart TEXT,
    delay_kinds TEXT,
    embed_limit INTEGER,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE party (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    kind TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    shown_id TEXT,
    shown_name TEXT
) STRICT;
CREATE TABLE same_party (
    id TEXT NOT NULL PRIMARY KEY,
    party TEXT REFERENCES party(id) DEFERRABLE INITIALLY DEFERRED,
    other TEXT REFERENCES party(id) DEFERRABLE INITIALLY DEFERRED,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE publication (
    id TEXT NOT NULL PRIMARY KEY,
    code TEXT,
    title TEXT,
    publisher TEXT,
    kind TEXT,
    published TEXT,
    published_earliest TEXT,
    published_latest TEXT,
    published_printed TEXT,
    stated_total TEXT,
    stated_total_number INTEGER,
    last_update TEXT,
    last_update_earliest TEXT,
    last_update_latest TEXT,
    stated_updates TEXT,
    link TEXT,
    closed_by TEXT,
    marking TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE theme (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    definition TEXT,
    position INTEGER,
    publication TEXT REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE outcome (
    id TEXT NOT NULL PRIMARY KEY,
    number TEXT,
    text TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE recommendation (
    id TEXT NOT NULL PRIMARY KEY,
    publication TEXT REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    part_of TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    number TEXT,
    label TEXT,
    kind TEXT,
    title TEXT,
    text TEXT,
    response TEXT,
    priority TEXT,
    percent_done INTEGER,
    addressed_to TEXT,
    scope TEXT,
    stage TEXT,
    stage_day TEXT,
    stage_earliest TEXT,
    stage_latest TEXT,
    stage_by TEXT,
    stage_asks TEXT,
    review TEXT,
    review_earliest TEXT,
    review_latest TEXT,
    track TEXT,
    believed_done TEXT,
    believed_done_by TEXT,
    next_move TEXT,
    next_move_until TEXT,
    theme TEXT REFERENCES theme(id) DEFERRABLE INITIALLY DEFERRED,
    target TEXT,
    target_earliest TEXT,
    target_latest TEXT,
    target_said TEXT,
    target_where TEXT,
    target_condition TEXT,
    target_delay TEXT,
    target_decision TEXT,
    target_asked_by TEXT,
    target_asked_for TEXT,
    target_decided_by TEXT,
    target_decided TEXT,
    marking TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    seq INTEGER NOT NULL UNIQUE,
    code TEXT,
    reference TEXT,
    sort_key TEXT,
    status TEXT,
    status_rank INTEGER,
    stage_rank INTEGER,
    closed_as TEXT,
    theme_name TEXT,
    leads TEXT,
    title_key TEXT,
    theme_key TEXT,
    leads_key TEXT,
    first_target TEXT,
    first_target_latest TEXT,
    moved_later INTEGER NOT NULL DEFAULT 0,
    moved_at_least INTEGER NOT NULL DEFAULT 0,
    updated TEXT,
    listed INTEGER NOT NULL DEFAULT 0,
    counted INTEGER NOT NULL DEFAULT 0,
    apart INTEGER NOT NULL DEFAULT 0,
    priority_rank INTEGER,
    in_conflict INTEGER NOT NULL DEFAULT 0,
    highest_marking TEXT,
    no_reason INTEGER NOT NULL DEFAULT 0,
    status_said TEXT,
    published TEXT,
    said_on TEXT,
    promised TEXT,
    waits_on INTEGER NOT NULL DEFAULT 0,
    any_conflict INTEGER NOT NULL DEFAULT 0,
    unevidenced INTEGER NOT NULL DEFAULT 0,
    not_agreed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE lead (
    id TEXT NOT NULL PRIMARY KEY,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    party TEXT REFERENCES party(id) DEFERRABLE INITIALLY DEFERRED,
    role TEXT,
    state TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE contribution (
    id TEXT NOT NULL PRIMARY KEY,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    outcome TEXT REFERENCES outcome(id) DEFERRABLE INITIALLY DEFERRED,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE link (
    id TEXT NOT NULL PRIMARY KEY,
    relation TEXT,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    other TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    why TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE note (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT,
    text TEXT,
    dated TEXT,
    dated_earliest TEXT,
    dated_latest TEXT,
    said_by TEXT,
    agreed_by TEXT,
    agreed TEXT,
    agreed_earliest TEXT,
    agreed_latest TEXT,
    marking TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE paper (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT,
    meeting TEXT,
    date TEXT,
    date_earliest TEXT,
    date_latest TEXT,
    location TEXT,
    presenter TEXT,
    asked TEXT,
    purpose TEXT,
    appendix TEXT,
    form TEXT,
    since TEXT,
    since_earliest TEXT,
    since_latest TEXT,
    marking TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE paper_publication (
    id TEXT NOT NULL PRIMARY KEY,
    paper TEXT REFERENCES paper(id) DEFERRABLE INITIALLY DEFERRED,
    publication TEXT REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE paper_text (
    id TEXT NOT NULL PRIMARY KEY,
    paper TEXT REFERENCES paper(id) DEFERRABLE INITIALLY DEFERRED,
    publication TEXT REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    section TEXT,
    text TEXT,
    context TEXT,
    marking TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE accepted_finding (
    id TEXT NOT NULL PRIMARY KEY,
    paper TEXT REFERENCES paper(id) DEFERRABLE INITIALLY DEFERRED,
    finding TEXT,
    reason TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE note_on (
    id TEXT NOT NULL PRIMARY KEY,
    note TEXT REFERENCES note(id) DEFERRABLE INITIALLY DEFERRED,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    publication TEXT REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    theme TEXT REFERENCES theme(id) DEFERRABLE INITIALLY DEFERRED,
    paper TEXT REFERENCES paper(id) DEFERRABLE INITIALLY DEFERRED,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE submission (
    id TEXT NOT NULL PRIMARY KEY,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    sent TEXT,
    sent_earliest TEXT,
    sent_latest TEXT,
    asks TEXT,
    reference TEXT,
    text TEXT,
    marking TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE evidence (
    id TEXT NOT NULL PRIMARY KEY,
    submission TEXT REFERENCES submission(id) DEFERRABLE INITIALLY DEFERRED,
    note TEXT REFERENCES note(id) DEFERRABLE INITIALLY DEFERRED,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE reply (
    id TEXT NOT NULL PRIMARY KEY,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    submission TEXT REFERENCES submission(id) DEFERRABLE INITIALLY DEFERRED,
    dated TEXT,
    dated_earliest TEXT,
    dated_latest TEXT,
    who TEXT,
    verdict TEXT,
    words TEXT,
    would_satisfy TEXT,
    next_move TEXT,
    next_move_until TEXT,
    marking TEXT,
    unevidenced INTEGER,
    discharges TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE reason_marking (
    id TEXT NOT NULL PRIMARY KEY,
    change TEXT,
    marking TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE action (
    id TEXT NOT NULL PRIMARY KEY,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT,
    text TEXT,
    due TEXT,
    due_earliest TEXT,
    due_latest TEXT,
    due_said TEXT,
    due_where TEXT,
    due_condition TEXT,
    due_delay TEXT,
    due_decision TEXT,
    due_asked_by TEXT,
    due_asked_for TEXT,
    due_decided_by TEXT,
    due_decided TEXT,
    whose TEXT,
    done TEXT,
    done_earliest TEXT,
    done_latest TEXT,
    marking TEXT,
    since TEXT,
    since_earliest TEXT,
    since_latest TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
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
    publication TEXT REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    place TEXT,
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
CREATE TABLE measure (
    id TEXT NOT NULL PRIMARY KEY,
    publication TEXT REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT,
    figure TEXT,
    figure_number INTEGER,
    figure_unit TEXT,
    figure_period TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE figure (
    id TEXT NOT NULL PRIMARY KEY,
    paper TEXT REFERENCES paper(id) DEFERRABLE INITIALLY DEFERRED,
    publication TEXT REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT,
    figure TEXT,
    figure_number INTEGER,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE fixing (
    id TEXT NOT NULL PRIMARY KEY,
    paper TEXT REFERENCES paper(id) DEFERRABLE INITIALLY DEFERRED,
    day TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE fixed_item (
    id TEXT NOT NULL PRIMARY KEY,
    fixing TEXT REFERENCES fixing(id) DEFERRABLE INITIALLY DEFERRED,
    recommendation TEXT REFERENCES recommendation(id) DEFERRABLE INITIALLY DEFERRED,
    status TEXT,
    closed_as TEXT,
    stage TEXT,
    stage_day TEXT,
    stage_earliest TEXT,
    stage_latest TEXT,
    stage_by TEXT,
    stage_asks TEXT,
    target TEXT,
    target_earliest TEXT,
    target_latest TEXT,
    target_said TEXT,
    target_where TEXT,
    target_condition TEXT,
    target_delay TEXT,
    target_decision TEXT,
    target_asked_by TEXT,
    target_asked_for TEXT,
    target_decided_by TEXT,
    target_decided TEXT,
    heads TEXT,
    withdrawn INTEGER NOT NULL DEFAULT 0,
    basis TEXT,
    left_out INTEGER NOT NULL DEFAULT 0,
    recorded TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    changed TEXT NOT NULL,
    changed_by TEXT NOT NULL
) STRICT;
CREATE TABLE expunge (
    id TEXT NOT NULL PRIMARY KEY,
    changes TEXT,
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

-- How many items of a publication stand how: parts are not counted; commitments, and kinds counted as they are, stand apart.
CREATE TABLE tally (
    publication TEXT NOT NULL REFERENCES publication(id) DEFERRABLE INITIALLY DEFERRED,
    apart INTEGER NOT NULL,
    status TEXT NOT NULL,
    closed_as TEXT NOT NULL,
    items INTEGER NOT NULL,
    next_target TEXT,
    PRIMARY KEY (publication, apart, status, closed_as)
) STRICT, WITHOUT ROWID;

CREATE INDEX publication_by_code ON publication (code);
CREATE INDEX publication_by_age ON publication (COALESCE(published_latest, '9999'), code) WHERE withdrawn = 0;
CREATE INDEX recommendation_of_publication ON recommendation (publication);
CREATE INDEX recommendation_part_of ON recommendation (part_of, listed) WHERE part_of IS NOT NULL;
CREATE INDEX recommendation_left_out ON recommendation (counted) WHERE left_out = 1;
CREATE INDEX recommendation_of_theme ON recommendation (theme) WHERE theme IS NOT NULL;
CREATE INDEX recommendation_by_reference ON recommendation (reference);
CREATE INDEX listed_by_reference ON recommendation (sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_title ON recommendation (title_key, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_status ON recommendation (status_rank, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_stage ON recommendation (stage_rank, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_target ON recommendation (target_latest, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_moved ON recommendation (moved_later, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_updated ON recommendation (updated, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_theme ON recommendation (theme_key, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_leads ON recommendation (leads_key, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_next_move ON recommendation (next_move, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_first_target ON recommendation (first_target_latest, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_said_on ON recommendation (said_on, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_response ON recommendation (response, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_delay ON recommendation (target_delay, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_extension ON recommendation (target_decision, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_review ON recommendation (review_latest, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_priority ON recommendation (priority_rank, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_by_percent_done ON recommendation (percent_done, sort_key, seq) WHERE listed = 1;
CREATE INDEX listed_facets ON recommendation
    (status, stage, closed_as, theme_name, code, kind, next_move, highest_marking, target_latest, target, leads, counted,
     updated, published, said_on, no_reason, in_conflict, unevidenced, moved_later, response, percent_done, priority, apart,
     review_latest, target_delay, target_decision, not_agreed, seq)
    WHERE listed = 1;
CREATE INDEX needing_by_target ON recommendation
    (target_latest, seq, status, stage, next_move, said_on, promised, published, waits_on, any_conflict, unevidenced,
     no_reason, leads, theme_name, counted, apart,
     review_latest, not_agreed)
    WHERE listed = 1 AND (status <> 'closed' OR stage = 'submitted' OR any_conflict = 1 OR unevidenced = 1 OR stage = 'risk-accepted') AND target_latest IS NOT NULL;
CREATE INDEX needing_by_age ON recommendation
    (COALESCE(promised, published, ''), seq, target_latest, status, stage, next_move, said_on, promised, published,
     waits_on, any_conflict, unevidenced, no_reason, leads, theme_name, counted, apart,
     review_latest, not_agreed)
    WHERE listed = 1 AND (status <> 'closed' OR stage = 'submitted' OR any_conflict = 1 OR unevidenced = 1 OR stage = 'risk-accepted');
CREATE INDEX listed_awaiting ON recommendation (stage, id, seq, sort_key, status, next_move, stage_latest, changed)
    WHERE listed = 1 AND stage IN ('submitted', 'remain-open');
CREATE INDEX party_by_name ON party (name);
CREATE INDEX same_party_of ON same_party (party);
CREATE INDEX same_party_to ON same_party (other);
CREATE INDEX lead_of_recommendation ON lead (recommendation);
CREATE INDEX lead_by_party ON lead (party);
CREATE INDEX contribution_of_recommendation ON contribution (recommendation);
CREATE INDEX link_from ON link (recommendation);
CREATE INDEX link_to ON link (other);
CREATE INDEX note_agreed ON note (agreed_by) WHERE agreed_by IS NOT NULL AND withdrawn = 0;
CREATE INDEX note_on_note ON note_on (note);
CREATE INDEX note_on_recommendation ON note_on (recommendation) WHERE recommendation IS NOT NULL;
CREATE INDEX note_on_publication ON note_on (publication) WHERE publication IS NOT NULL;
CREATE INDEX note_on_theme ON note_on (theme) WHERE theme IS NOT NULL;
CREATE INDEX submission_of_recommendation ON submission (recommendation);
CREATE INDEX evidence_of_submission ON evidence (submission);
CREATE INDEX reply_of_recommendation ON reply (recommendation);
CREATE INDEX reply_unevidenced ON reply (recommendation) WHERE unevidenced = 1;
CREATE INDEX reply_to_submission ON reply (submission) WHERE submission IS NOT NULL;
CREATE INDEX reason_marking_of ON reason_marking (change);
CREATE INDEX action_of_recommendation ON action (recommendation);
CREATE INDEX measure_of_publication ON measure (publication) WHERE publication IS NOT NULL;
CREATE INDEX measure_of_recommendation ON measure (recommendation) WHERE recommendation IS NOT NULL;
CREATE INDEX publication_of_paper ON paper_publication (paper);
CREATE INDEX text_of_paper ON paper_text (paper);
CREATE INDEX finding_of_paper ON accepted_finding (paper);
CREATE INDEX figure_of_paper ON figure (paper);
CREATE INDEX fixing_of_paper ON fixing (paper);
CREATE INDEX fixed_item_of_fixing ON fixed_item (fixing);
CREATE INDEX nothing_new_of_recommendation ON nothing_new (recommendation);
CREATE INDEX citation_of_note ON citation (note);
CREATE INDEX location_of_citation ON location (citation);
CREATE INDEX location_of_publication ON location (publication) WHERE publication IS NOT NULL;
CREATE INDEX action_open ON action (recommendation, kind, due_latest) WHERE done IS NULL AND withdrawn = 0;

-- Words to search, without case and accents, a row for each recommendation: its rowid is the recommendation's seq.
CREATE VIRTUAL TABLE search USING fts5 (
    reference, title, text, notes, people, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
);

-- For readers with another tool.
CREATE VIEW recommendations_as_they_stand AS
SELECT r.reference, p.title AS publication, r.kind, r.number, r.title, r.status, r.stage, r.track,
       r.closed_as, r.theme_name AS theme, replace(r.leads, char(10), '; ') AS leads, r.next_move, r.next_move_until, r.target, r.target_latest,
       r.first_target, r.moved_later, r.moved_at_least, r.target_delay, r.target_decision, r.believed_done, r.believed_done_by, r.response, r.priority, r.percent_done, r.marking, r.updated,
       (SELECT n.text FROM note_on o JOIN note n ON n.id = o.note
         WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0 AND n.kind = 'position'
         ORDER BY n.dated_latest DESC, n.recorded DESC, n.id DESC LIMIT 1) AS position,
       (SELECT count(*) FROM note_on o JOIN note n ON n.id = o.note
         WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0) AS notes,
       (SELECT count(*) FROM submission s WHERE s.recommendation = r.id AND s.withdrawn = 0) AS submissions,
       (SELECT y.verdict FROM reply y WHERE y.recommendation = r.id AND y.withdrawn = 0
         ORDER BY y.dated_latest DESC, y.recorded DESC, y.id LIMIT 1) AS newest_reply,
       r.text, r.part_of, r.id
  FROM recommendation r JOIN publication p ON p.id = r.publication
 WHERE r.listed = 1;
CREATE VIEW publications_as_they_stand AS
SELECT p.code, p.title, p.publisher, p.published, p.last_update, p.stated_updates, p.stated_total,
       COALESCE(sum(t.items) FILTER (WHERE t.apart = 0), 0) AS recommendations,
       COALESCE(sum(t.items) FILTER (WHERE t.apart = 1), 0) AS counted_apart,
       COALESCE(sum(t.items) FILTER (WHERE t.status = 'closed'), 0) AS closed,
       COALESCE(sum(t.items) FILTER (WHERE t.status = 'on-track'), 0) AS on_track,
       COALESCE(sum(t.items) FILTER (WHERE t.status = 'delayed'), 0) AS delayed,
       COALESCE(sum(t.items) FILTER (WHERE t.status = 'not-stated'), 0) AS not_stated,
       min(t.next_target) AS next_target, p.marking
  FROM publication p LEFT JOIN tally t ON t.publication = p.id
 WHERE p.withdrawn = 0
 GROUP BY p.id;
CREATE VIEW notes_as_they_stand AS
SELECT COALESCE(r.reference, p.code, t.name, a.title) AS about, n.kind, n.dated, n.said_by, n.agreed_by, n.agreed, n.text, n.marking, n.recorded
  FROM note n JOIN note_on o ON o.note = n.id AND o.withdrawn = 0
  LEFT JOIN recommendation r ON r.id = o.recommendation
  LEFT JOIN publication p ON p.id = o.publication
  LEFT JOIN theme t ON t.id = o.theme
  LEFT JOIN paper a ON a.id = o.paper
 WHERE n.withdrawn = 0;
