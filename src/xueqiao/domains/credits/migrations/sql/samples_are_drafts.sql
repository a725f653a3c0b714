-- Samples that came into force by themselves are drafts again. Claims go on under the version they cite.
UPDATE credits_rulesetversion
   SET state = 'draft'
 WHERE state = 'in_force' AND drafted_by_id IS NULL AND version = 1
   AND code IN ('open-university', 'industry-training', 'korea-acbs');
