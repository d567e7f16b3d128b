select country, run_id from raw_country
