-- Rooms whose class is open, not being called from by another process at this moment.
SELECT o.run_id, o.numbered_at IS NOT NULL, r.institution_id, r.region, r.enrol_closes_at
FROM enrolment_opening o JOIN classes_classrun r ON r.id = o.run_id
WHERE o.ended_at IS NULL AND r.enrol_opens_at <= %(now)s
ORDER BY o.run_id FOR UPDATE OF o SKIP LOCKED
