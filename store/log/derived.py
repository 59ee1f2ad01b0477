"""The SQL that derives columns of an item, and the counts of a publication, from the other tables."""

from __future__ import annotations

from store.domain.vocabulary import AS_PUBLISHED, CLOSING_STAGES, IMPORTED, Stage

_OWNED = """
    SELECT changed FROM recommendation WHERE id = r.id
    UNION ALL SELECT n.changed FROM note_on o JOIN note n ON n.id = o.note WHERE o.recommendation = r.id AND o.withdrawn = 0
    UNION ALL SELECT changed FROM submission WHERE recommendation = r.id
    UNION ALL SELECT changed FROM reply WHERE recommendation = r.id
    UNION ALL SELECT changed FROM action WHERE recommendation = r.id
    UNION ALL SELECT changed FROM lead WHERE recommendation = r.id
    UNION ALL SELECT changed FROM nothing_new WHERE recommendation = r.id
"""

_LAST_STATED = """
    SELECT r.status_said AS day
    UNION ALL SELECT min(COALESCE(n.dated_latest, n.recorded), n.recorded) FROM note_on o JOIN note n ON n.id = o.note
      WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0
    UNION ALL SELECT min(COALESCE(sent_latest, recorded), recorded) FROM submission
      WHERE recommendation = r.id AND withdrawn = 0
    UNION ALL SELECT min(COALESCE(dated_latest, recorded), recorded) FROM reply
      WHERE recommendation = r.id AND withdrawn = 0
    UNION ALL SELECT min(COALESCE(dated_latest, recorded), recorded) FROM nothing_new
      WHERE recommendation = r.id AND withdrawn = 0
    UNION ALL SELECT recorded FROM action WHERE recommendation = r.id AND withdrawn = 0
    UNION ALL SELECT min(done_latest, changed) FROM action
      WHERE recommendation = r.id AND withdrawn = 0 AND done IS NOT NULL
"""
"""SQL for the days of the statements about an item: the date of each, but no later than its recording."""

_CLOSED_AS = f"""
    CASE r.stage
      WHEN 'submitted' THEN
        CASE COALESCE(r.stage_asks, (SELECT s.asks FROM submission s WHERE s.recommendation = r.id AND s.withdrawn = 0
               ORDER BY COALESCE(s.sent_latest, substr(s.recorded, 1, 10)) DESC, s.recorded DESC, s.id DESC LIMIT 1))
          WHEN 'closure' THEN 'with-inspectorate' END
      {" ".join(f"WHEN '{stage}' THEN '{stage}'" for stage in Stage if stage in CLOSING_STAGES)}
    END
"""

_MARKINGS_OF = """
    SELECT r.marking AS marking
    UNION ALL SELECT n.marking FROM note_on o JOIN note n ON n.id = o.note
      WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0
    UNION ALL SELECT c.marking FROM note_on o JOIN note n ON n.id = o.note JOIN citation c ON c.note = n.id
      WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0 AND c.withdrawn = 0
    UNION ALL SELECT marking FROM submission WHERE recommendation = r.id AND withdrawn = 0
    UNION ALL SELECT marking FROM reply WHERE recommendation = r.id AND withdrawn = 0
    UNION ALL SELECT marking FROM action WHERE recommendation = r.id AND withdrawn = 0
    UNION ALL SELECT m.marking FROM change c JOIN reason_marking m ON m.change = c.id
      WHERE c.entity = r.id AND m.withdrawn = 0
"""
"""The markings of an item and of what is recorded of it."""

_MAY_BE_JOINED = """
    EXISTS (SELECT 1 FROM link l WHERE l.relation = 'same-as' AND l.recommendation = r.id AND l.withdrawn = 0)
"""
"""SQL for whether an item has a same-as link: most have none, and `joined_to` resolves it for the others."""

_PROMISED = """
    SELECT min(COALESCE(a.due_latest, substr(a.recorded, 1, 10))) FROM action a INDEXED BY action_open
      WHERE a.recommendation = r.id AND a.done IS NULL AND a.withdrawn = 0 AND a.kind <> 'dependency'
"""
"""SQL for the day of the first action that is open; one without a day counts from when it was recorded."""

_WAITS_ON = """
    EXISTS (SELECT 1 FROM action a INDEXED BY action_open WHERE a.recommendation = r.id AND a.done IS NULL AND a.withdrawn = 0
      AND a.kind = 'dependency')
"""

_ANY_CONFLICT = f"""
    CASE WHEN r.in_conflict = 1 OR r.id IN ({
    " UNION ALL ".join(
        f"SELECT t.recommendation FROM conflict c CROSS JOIN {kind} t ON t.id = c.entity WHERE c.kind = '{kind}'"
        for kind in ("submission", "reply", "action", "lead", "contribution", "nothing_new", "measure")
    )
}) THEN 1 ELSE 0 END
"""
"""SQL for whether a field of the item, or of what belongs to it, holds several values: found once for all items of a
statement, since few fields do."""

_IS_APPLIED = "NOT EXISTS (SELECT 1 FROM waiting w WHERE w.change = {}.id)"
_OF_STAGE = f"""c.fields LIKE '%"stage"%' AND {_IS_APPLIED.format("c")}"""
_SHOWN_STAGE = f"""
    FROM change c WHERE c.entity = r.id AND {_OF_STAGE} AND NOT EXISTS (
      SELECT 1 FROM change l, json_each(l.parents) p WHERE l.entity = r.id AND p.value = c.id
        AND {_OF_STAGE.replace("c.", "l.")})
    ORDER BY c.time DESC, c.id DESC LIMIT 1
"""
"""The change that set the stage which the item has: of its heads, the one that is shown. The latest by the clock may be
none of them."""

CLOSED_BY_A_FILE = f"""
    ({" OR ".join(f"r.stage = '{stage}'" for stage in sorted(CLOSING_STAGES))})
      AND NOT EXISTS (SELECT 1 FROM reply y WHERE y.recommendation = r.id AND y.withdrawn = 0)
      AND (SELECT iif(c.body NOT LIKE '%{IMPORTED}%', '', json_extract(c.body, '$.basis.stage[1]')) {_SHOWN_STAGE}) LIKE '{IMPORTED}%'
"""
"""SQL for whether an import closed the item, as published: without what is asked of whoever closes one here. NULL where
the change that did was left out. Most bodies do not have the words at all, and are then not parsed."""

DISCHARGED_BY_NO_REPLY = f"""
    r.stage = 'discharged'
      AND NOT EXISTS (SELECT 1 FROM reply y WHERE y.recommendation = r.id AND y.withdrawn = 0
        AND (y.verdict = 'discharged' OR y.left_out = 1))
      AND (SELECT c.body IS NOT NULL AND COALESCE(json_extract(c.body, '$.basis.stage[0]'), 'entered')
        NOT IN ({", ".join(f"'{basis}'" for basis in sorted(AS_PUBLISHED))}) {_SHOWN_STAGE})
"""
"""SQL for whether the item was discharged without a reply that does, and not as published: no command writes that, and what
is received may."""

_UNEVIDENCED = f"""
    CASE WHEN {DISCHARGED_BY_NO_REPLY} THEN 1 WHEN (r.stage = 'discharged'
      AND EXISTS (SELECT 1 FROM reply y INDEXED BY reply_unevidenced
        WHERE y.recommendation = r.id AND y.unevidenced = 1 AND y.withdrawn = 0 AND y.words IS NULL)
     OR {CLOSED_BY_A_FILE})
      AND NOT EXISTS (SELECT 1 FROM submission s WHERE s.recommendation = r.id AND s.withdrawn = 0) THEN 1 ELSE 0 END
"""
"""SQL for whether the item was discharged without a reply that does, or was closed without evidence or words, by a reply or
an import, and neither came since. Only as a condition of CASE does SQLite leave the rest of an AND aside: as a value it reads
every body, which took half the time of `DERIVED`."""

_NOT_AGREED = """
    COALESCE((SELECT substr(max(COALESCE(n.dated_latest, '0000-00-00') || n.recorded || n.id || (n.agreed_by IS NULL)), -1) = '1'
       FROM note_on o JOIN note n ON n.id = o.note
       WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0 AND n.left_out = 0 AND n.kind = 'position'), 0)
"""
"""SQL for whether the newest position of the item has been agreed by nobody. A day, a time and an id have one length each, so
that the greatest text is of the newest; to sort, SQLite takes and returns memory for every item, which takes longer."""

DERIVED_COLUMNS = (
    "code", "reference", "sort_key", "status", "status_rank", "stage_rank", "closed_as", "theme_name", "leads",
    "title_key", "theme_key", "leads_key", "updated", "listed", "counted", "apart", "priority_rank",
    "published", "said_on", "highest_marking",
    "promised", "waits_on", "any_conflict", "unevidenced", "not_agreed",
)  # fmt: skip
"""The columns of an item that are derived here."""

# Neither IN with a list nor DISTINCT: SQLite makes a table for each, which took two thirds of the time.
DERIVED = f"""
SELECT r.id, r.seq, p.code, p.withdrawn, r.number, r.label, r.title, r.text, r.stage, r.track, r.part_of,
       {_CLOSED_AS}, {_MAY_BE_JOINED}, t.name,
       (SELECT group_concat(name, char(10)) FROM (SELECT y.shown_name AS name FROM lead l
         JOIN party y ON y.id = l.party WHERE l.recommendation = r.id AND l.withdrawn = 0)),
       (SELECT max(changed) FROM ({_OWNED})), r.withdrawn, p.title,
       (SELECT group_concat(text, char(10)) FROM (SELECT n.text FROM note_on o JOIN note n ON n.id = o.note
         WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0 ORDER BY n.recorded, n.id)),
       r.publication, w.withdrawn, r.scope, r.left_out, r.kind, r.priority, p.published_latest, (SELECT substr(max(day), 1, 10) FROM ({_LAST_STATED})),
       (SELECT max(marking) FROM ({_MARKINGS_OF})),
       ({_PROMISED}), {_WAITS_ON}, ({_ANY_CONFLICT}), ({_UNEVIDENCED}), {_NOT_AGREED},
       {", ".join(f"r.{column}" for column in DERIVED_COLUMNS)}
  FROM json_each(?) i CROSS JOIN recommendation r ON r.id = i.value LEFT JOIN publication p ON p.id = r.publication LEFT JOIN theme t ON t.id = r.theme
  LEFT JOIN recommendation w ON w.id = r.part_of
"""
"""SQL for what the derived columns of items are made from, and these columns as they are, for a JSON list of ids."""

OF_MANY_ITEMS = {
    "publication": "SELECT code, title, withdrawn, published_latest FROM publication WHERE id = ?",
    "theme": "SELECT name FROM theme WHERE id = ?",
    "party": "SELECT name, withdrawn, shown_name FROM party WHERE id = ?",
}
"""SQL for all that `DERIVED` reads of an entity on which many items may depend: where it stays the same, so do they."""

TALLY = """
INSERT INTO tally
SELECT publication, apart, status, COALESCE(closed_as, ''), count(*),
       min(CASE WHEN status <> 'closed' THEN target_latest END)
  FROM recommendation WHERE publication = ? AND counted = 1 GROUP BY 1, 2, 3, 4
"""
