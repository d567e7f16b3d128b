select sum(hours) as hours from clean_entry
