-- What was in force keeps the day its text says, or the day it was put in force if that was later. Where it was filed and
-- waited for somebody's press it goes back one step: filing has another meaning now, so it is filed again, knowingly.
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE credits_rulesetversion SET state = 'reviewed', filed_by_id = NULL WHERE state = 'filed';
UPDATE credits_rulesetversion
   SET starts_on = CASE WHEN state = 'in_force' AND filed_by_id IS NOT NULL
                        THEN greatest(in_force_from, (moved_at AT TIME ZONE 'Asia/Shanghai')::date)
                        ELSE in_force_from END,
       ends_on = in_force_until,
       state = CASE state WHEN 'in_force' THEN 'filed' ELSE state END
 WHERE state IN ('in_force', 'suspended');
