-- What conversions in force use of an outcome is added up on the outcome's own row, by the database: the row lock of the
-- addition puts two conversions in line, and the constraint there refuses the one that would use too much.
CREATE FUNCTION credits_add_part(part credits_conversionuse, sign integer) RETURNS void LANGUAGE sql AS $$
    UPDATE credits_creditproposal SET allotted_hundredths = allotted_hundredths + sign * part.taken_hundredths
     WHERE id = part.proposal_id AND part.in_force;
    UPDATE credits_claim SET allotted_hundredths = allotted_hundredths + sign * part.taken_hundredths
     WHERE id = part.claim_id AND part.in_force;
$$;
CREATE FUNCTION credits_allot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN PERFORM credits_add_part(OLD, -1); END IF;
    IF TG_OP IN ('INSERT', 'UPDATE') THEN PERFORM credits_add_part(NEW, 1); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER conversion_use_allots AFTER INSERT OR DELETE OR UPDATE ON credits_conversionuse
    FOR EACH ROW EXECUTE FUNCTION credits_allot();
UPDATE credits_creditproposal SET allotted_hundredths = used.amount
  FROM (SELECT proposal_id, sum(taken_hundredths) AS amount FROM credits_conversionuse WHERE in_force GROUP BY 1) used
 WHERE used.proposal_id = id;
UPDATE credits_claim SET allotted_hundredths = used.amount
  FROM (SELECT claim_id, sum(taken_hundredths) AS amount FROM credits_conversionuse WHERE in_force GROUP BY 1) used
 WHERE used.claim_id = id;
