-- A use is in force exactly as long as its conversion: the flag is copied by the foreign key, never by code. With the
-- partial unique indexes on the uses, no outcome can stand in two conversions in force, whatever code forgets.
ALTER TABLE credits_conversionuse
    ADD CONSTRAINT conversion_use_follows FOREIGN KEY (conversion_id, in_force)
        REFERENCES credits_conversion (id, in_force) ON UPDATE CASCADE;
