"""Whether a source database can be ingested as it is, and what to fix.

`examination` goes through everything with a mapping, `surveying` without one. Sessions on databases (`postgresql`,
`mysql`) collect facts; the other modules judge them and never ask.
"""
