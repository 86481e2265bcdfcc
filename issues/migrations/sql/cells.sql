-- Cells of the public numbers as the rows have them now (domain.md section 4). The numbers are `metrics.measures.Measure`.
CREATE FUNCTION issues_local_day(at timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
RETURN (at AT TIME ZONE 'Asia/Almaty')::date;

CREATE VIEW issues_cells_now AS
SELECT r.issue_id, r.id AS ref, v.measure, v.day, v.x, r.body_id, i.region_id, i.topic_id, i.language
FROM issues_responsibility r
JOIN issues_issue i ON i.id = r.issue_id
CROSS JOIN LATERAL (
    SELECT issues_local_day(r.received_at) AS received, issues_local_day(r.answered_at) AS answered,
           issues_local_day(r.ended_at) AS ended, r.original_due_on - DATE '2000-01-01' AS due
) d
CROSS JOIN LATERAL (
    -- Of state bodies: by the policy those that are or were responsible, and their parents.
    SELECT count(*)::int AS messages FROM issues_issueevent e
    JOIN organisations_organisation o ON o.id = e.organisation_id AND o.kind = 'state_body'
    WHERE e.issue_id = r.issue_id AND e.move = 'message_posted' AND e.at >= r.received_at
      AND e.at < COALESCE(r.answered_at, r.ended_at, 'infinity')
) h
CROSS JOIN LATERAL (VALUES
    (CASE WHEN r.answered_at IS NOT NULL THEN 1
          WHEN r.ended_at IS NULL THEN 6
          WHEN r.ended_by LIKE 'withdraw%' THEN 3
          WHEN r.ended_by = 'merge' THEN 4
          WHEN r.ended_by = 'out_of_scope' THEN 5
          ELSE 2 END,
     CASE WHEN r.answered_at IS NOT NULL THEN r.wait_days
          WHEN r.ended_at IS NULL THEN r.registered_on - DATE '2000-01-01'
          ELSE GREATEST(0, issues_worked_until(d.ended) - issues_worked_until(r.registered_on)) END, d.received),
    -- Which redirect of the issue it was that ended the wait.
    (CASE WHEN r.answered_at IS NULL AND r.ended_at IS NOT NULL AND r.ended_by NOT LIKE 'withdraw%'
               AND r.ended_by NOT IN ('merge', 'out_of_scope') THEN 7 END, r.hop + 1, d.received),
    -- What the body wrote before its answer is none.
    (CASE WHEN h.messages > 0 THEN CASE WHEN r.answered_at IS NOT NULL THEN 8 ELSE 9 END END, h.messages, d.received),
    (CASE WHEN d.answered <= r.original_due_on THEN 11
          WHEN d.answered <= r.due_on THEN 12
          WHEN d.answered IS NOT NULL THEN 13
          WHEN d.ended <= r.original_due_on THEN 15
          ELSE 14 END, d.due, d.received),
    (CASE WHEN r.extended_at IS NOT NULL THEN 16 END, d.due, d.received),
    (CASE WHEN r.answered_at IS NOT NULL THEN 17 END, r.wait_days, d.answered),
    -- Of the due day itself; what ended by it leaves.
    (CASE WHEN d.answered <= r.original_due_on THEN 18
          WHEN d.answered IS NULL AND d.ended <= r.original_due_on THEN NULL
          ELSE 19 END,
     CASE WHEN d.answered <= r.original_due_on THEN r.original_due_on - d.answered
          WHEN r.due_on > r.original_due_on THEN 1
          ELSE 0 END, r.original_due_on),
    (CASE WHEN r.due_on > r.original_due_on AND d.answered IS NULL AND d.ended <= r.due_on THEN NULL
          WHEN r.due_on > r.original_due_on AND (d.answered IS NULL OR d.answered > r.due_on) THEN 20 END, 0, r.due_on)
) v(measure, x, day)
WHERE v.measure IS NOT NULL

UNION ALL
SELECT a.issue_id, a.id, v.measure, v.day, v.x, i.body_addressed_id, i.region_id, i.topic_id, i.language
FROM issues_ask a
JOIN issues_issue i ON i.id = a.issue_id
CROSS JOIN LATERAL (SELECT issues_local_day(a.first_received_at) AS received) d
CROSS JOIN LATERAL (VALUES
    (CASE WHEN a.confirmed_at IS NOT NULL THEN 21
          WHEN a.concluded = 'done' THEN 22
          WHEN a.verdict = 'refused' THEN 23
          WHEN i.status = 'unconfirmed' THEN 24
          WHEN i.status = 'withdrawn' THEN 25
          WHEN i.status = 'out_of_scope' THEN 26
          ELSE 27 END,
     CASE WHEN a.confirmed_at IS NOT NULL THEN issues_local_day(a.confirmed_at) - d.received
          WHEN a.concluded = 'done' THEN issues_local_day(a.concluded_at) - d.received
          ELSE 0 END, d.received),
    (CASE a.verdict WHEN 'supported' THEN 31 WHEN 'partly' THEN 32 WHEN 'refused' THEN 33 END, 0, d.received),
    (CASE WHEN a.confirmed_at IS NOT NULL THEN 28 END, issues_local_day(a.confirmed_at) - d.received,
     issues_local_day(a.confirmed_at))
) v(measure, x, day)
WHERE v.measure IS NOT NULL AND i.origin = 'platform' AND i.status <> 'draft'
  AND a.moved_to_id IS NULL AND a.merged_onto_id IS NULL AND a.first_received_at IS NOT NULL

UNION ALL
SELECT c.issue_id, c.id,
       CASE WHEN c.dropped_on IS NOT NULL THEN 43
            WHEN c.broken_at IS NOT NULL THEN 45
            WHEN c.completed_on <= c.first_due THEN 41
            WHEN c.completed_on IS NOT NULL THEN 42
            ELSE 44 END,
       c.first_due, COALESCE(c.completed_on, c.due) - c.first_due, c.owner_id, i.region_id, i.topic_id, i.language
FROM issues_commitment c
JOIN issues_issue i ON i.id = c.issue_id
JOIN organisations_organisation o ON o.id = c.owner_id AND o.kind = 'state_body'
-- What was dropped or found not done before stays: else a body that breaks its word gains by pressing the NGO to withdraw.
WHERE NOT (i.status = 'withdrawn' AND issues_local_day(i.closed_at) <= c.first_due
           AND c.dropped_on IS NULL AND c.broken_at IS NULL)

UNION ALL
SELECT c.issue_id, c.id, v.measure, v.day, v.x, c.owner_id, i.region_id, i.topic_id, i.language
FROM issues_commitment c
JOIN issues_issue i ON i.id = c.issue_id
JOIN organisations_organisation o ON o.id = c.owner_id AND o.kind = 'state_body'
CROSS JOIN LATERAL (VALUES
    (46, 0, issues_local_day(c.promised_at)),
    (CASE WHEN c.completed_on IS NOT NULL THEN 47 END, c.completed_on - c.first_due, c.completed_on),
    -- The day it was broken first: its date passed, it was dropped, or it was found not done. LEAST leaves NULL out.
    (CASE WHEN i.status = 'withdrawn' AND issues_local_day(i.closed_at) <= c.first_due
               AND c.dropped_on IS NULL AND c.broken_at IS NULL THEN NULL
          ELSE 48 END, 0,
     LEAST(CASE WHEN c.completed_on IS NULL OR c.completed_on > c.first_due THEN c.first_due + 1 END, c.dropped_on,
           issues_local_day(c.broken_at)))
) v(measure, x, day)
WHERE v.measure IS NOT NULL AND v.day IS NOT NULL

UNION ALL
SELECT i.id, i.id, v.measure, issues_local_day(i.first_received_at), v.x, i.body_addressed_id, i.region_id, i.topic_id,
       i.language
FROM issues_issue i
CROSS JOIN LATERAL (VALUES
    (CASE WHEN i.status IN ('raised', 'under_consideration', 'clarification', 'in_progress', 'reported_done', 'disputed')
          THEN 51 END,
     CASE WHEN i.owed_by = 'body' THEN issues_local_day(i.due_at) - DATE '2000-01-01' ELSE 0 END),
    -- In which of the groups that the page shows.
    (CASE WHEN i.status IN ('raised', 'under_consideration', 'clarification', 'in_progress', 'reported_done', 'disputed')
          THEN 50 END,
     CASE i.status WHEN 'in_progress' THEN 2 WHEN 'reported_done' THEN 3 WHEN 'disputed' THEN 4 ELSE 1 END),
    (52, i.raised_by_id::int)
) v(measure, x)
WHERE v.measure IS NOT NULL AND i.origin = 'platform' AND i.status <> 'draft'

UNION ALL
SELECT p.issue_id, p.id, v.measure, v.day, v.x, r.body_id, i.region_id, i.topic_id, i.language
FROM issues_dispute p
JOIN issues_issue i ON i.id = p.issue_id
JOIN issues_responsibility r ON r.id = p.responsibility_id
CROSS JOIN LATERAL (
    SELECT issues_local_day(p.opened_at) AS opened,
           COALESCE(array_position(ARRAY['no_answer', 'report', 'lapse', 'refusal', 'late', 'moved', 'dropped', 'unreported'],
                                   p.opening::text), 0) AS cause
) d
CROSS JOIN LATERAL (VALUES
    (CASE p.outcome WHEN '' THEN 61 WHEN 'done' THEN 62 WHEN 'not_done' THEN 63 ELSE 64 END, d.cause, d.opened),
    (CASE WHEN p.silent_at IS NOT NULL THEN 65 END, d.cause, d.opened),
    (CASE WHEN p.outcome IN ('done', 'not_done') THEN 66 END, (p.outcome = 'not_done')::int, issues_local_day(p.closed_at))
) v(measure, x, day)
WHERE v.measure IS NOT NULL

UNION ALL
-- What happened more than once to an issue is read from its record. `x`: whether the NGO disagreed with that very event (1),
-- and whether the council found it right (2); of a moved date, by how many days; of an act of the moderators, its reason.
SELECT e.issue_id, v.ref, v.measure, issues_local_day(e.at), v.x,
       CASE WHEN v.measure >= 71 THEN i.body_addressed_id ELSE COALESCE(e.organisation_id, i.body_addressed_id) END,
       i.region_id, i.topic_id, i.language
FROM issues_issueevent e
JOIN issues_issue i ON i.id = e.issue_id AND i.origin = 'platform'
CROSS JOIN LATERAL (
    SELECT CASE WHEN e.to_status = 'reported_done' AND e.move IN ('report_done', 'answer') THEN 53
                WHEN e.move = 'confirm_lapse' THEN 54
                WHEN e.move = 'commitment_reschedule' THEN 49
                WHEN e.move = 'message_hidden' THEN 71
                WHEN e.move = 'text_blanked' THEN 72
                WHEN e.move = 'out_of_scope' THEN 73
                WHEN e.move = 'merge' THEN 74
                WHEN e.move = 'message_shown' THEN 75
                WHEN e.move = 'restore' AND e.organisation_id IS NOT NULL THEN 76 END AS measure
) m
CROSS JOIN LATERAL (
    SELECT m.measure,
           CASE WHEN m.measure = 49 THEN (e.facts ->> 'commitment')::bigint ELSE e.id END AS ref,
           CASE WHEN m.measure = 49 THEN (e.facts ->> 'due')::date - (e.facts ->> 'from')::date
                WHEN m.measure = 71 THEN array_position(ARRAY['personal_data', 'insult', 'hate', 'advertising', 'off_topic',
                                                              'illegal', 'court_order'], e.facts ->> 'code')
                WHEN m.measure = 72 THEN array_position(ARRAY['personal_data', 'on_request', 'court_order'],
                                                        e.facts ->> 'code')
                WHEN m.measure = 73 THEN array_position(ARRAY['not_the_state', 'private_case', 'court', 'other_procedure',
                                                              'no_ask', 'advertising', 'unlawful'], e.facts ->> 'code')
                WHEN m.measure >= 74 THEN 0
                ELSE COALESCE((
                    SELECT max(CASE p.outcome WHEN 'not_done' THEN 2 ELSE 1 END) FROM issues_dispute p
                    WHERE p.issue_id = e.issue_id AND p.opening_ref = e.seq::text
                      AND p.opening = CASE m.measure WHEN 53 THEN 'report' ELSE 'lapse' END), 0) END AS x
) v
WHERE e.move IN ('report_done', 'answer', 'confirm_lapse', 'commitment_reschedule', 'message_hidden', 'text_blanked',
                 'out_of_scope', 'merge', 'message_shown', 'restore') AND m.measure IS NOT NULL

UNION ALL
SELECT w.issue_id, w.id, v.measure, issues_local_day(w.published_at), v.x, w.body_id, i.region_id, i.topic_id, i.language
FROM issues_answer w
JOIN issues_issue i ON i.id = w.issue_id AND i.origin = 'platform'
CROSS JOIN LATERAL (
    -- The characters of its reasons, to the nearest fifty.
    SELECT bool_or(k.verdict IN ('refused', 'partly')) AS cuts, round(sum(char_length(k.text)) / 50.0)::int * 50 AS length
    FROM issues_askanswer k WHERE k.answer_id = w.id
) k
CROSS JOIN LATERAL (VALUES
    (CASE WHEN k.cuts THEN 55 END,
     COALESCE((
         SELECT max(CASE p.outcome WHEN 'not_done' THEN 2 ELSE 1 END) FROM issues_dispute p
         WHERE p.issue_id = w.issue_id AND p.opening = 'refusal' AND p.opening_ref = w.n::text), 0)),
    (56, k.length)
) v(measure, x)
WHERE v.measure IS NOT NULL AND v.x IS NOT NULL;

-- In the transaction of each event: what these issues add now, and the difference to what they added before. No row is
-- updated, so no writer waits for another; true if anything changed. Planned once for a connection: a plan of this view takes
-- many times what it takes to run for one issue.
CREATE FUNCTION issues_count(ids bigint[]) RETURNS boolean LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE changed boolean;
BEGIN
    WITH now AS MATERIALIZED (
        SELECT issue_id, ref, measure, day, x, body_id, region_id, topic_id, language FROM issues_cells_now
        WHERE issue_id = ANY(ids)
    ), kept AS MATERIALIZED (
        SELECT id, issue_id, ref, measure, day, x, body_id, region_id, topic_id, language FROM issues_metriccell
        WHERE issue_id = ANY(ids)
    ), came AS (
        SELECT * FROM now
        EXCEPT ALL
        SELECT issue_id, ref, measure, day, x, body_id, region_id, topic_id, language FROM kept
    ), gone AS (
        DELETE FROM issues_metriccell WHERE id IN (
            SELECT k.id FROM kept k WHERE NOT EXISTS (
                SELECT 1 FROM now n WHERE
                (n.issue_id, n.ref, n.measure, n.day, n.x, n.body_id, n.region_id, n.topic_id, n.language)
                = (k.issue_id, k.ref, k.measure, k.day, k.x, k.body_id, k.region_id, k.topic_id, k.language)))
        RETURNING measure, day, x, body_id, region_id, topic_id, language
    ), entered AS (
        INSERT INTO issues_metriccell (issue_id, ref, measure, day, x, body_id, region_id, topic_id, language)
        SELECT * FROM came
        RETURNING measure, day, x, body_id, region_id, topic_id, language
    ), noted AS (
        INSERT INTO issues_metricchange (measure, day, x, body_id, region_id, topic_id, language, n)
        SELECT *, 1 FROM entered UNION ALL SELECT *, -1 FROM gone
        RETURNING 1
    )
    SELECT EXISTS (SELECT 1 FROM noted) INTO changed;
    RETURN changed;
END $$;
