-- One code is in force at most once in a place and institution at each instant. A range of texts is what GiST compares
-- without an extension: [code, code] meets another only when they are the same.
CREATE TYPE credits_text_range AS RANGE (subtype = text, collation = "C");
ALTER TABLE credits_rulesetversion ADD CONSTRAINT rule_set_one_in_force EXCLUDE USING gist (
    credits_text_range(code, code, '[]') WITH &&,
    credits_text_range(institution, institution, '[]') WITH &&,
    int8range(region, region, '[]') WITH &&,
    daterange(starts_on, ends_on) WITH &&
) WHERE (starts_on IS NOT NULL);
