select entry_id from clean_entry group by entry_id having count(*) > 1
