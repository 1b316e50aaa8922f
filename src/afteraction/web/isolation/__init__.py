"""The wall around an organisation, held by the database too.

`scope` says whose rows may be seen at this moment; on PostgreSQL each statement carries that to the database, where the
policies of `policies` hold every row against it. What a filter in the code forgets is then not found.
"""
