select country from typed_country union select country from clean_country
