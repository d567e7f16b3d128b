"""What auditors look at: the report page, and the columns that the QuickSight datasets promise."""
