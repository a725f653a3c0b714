"""Search in Chinese: hanzi, pinyin, initials, traditional script and one typo, on core PostgreSQL. See README.md."""
