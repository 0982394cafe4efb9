"""The auditor's desk: what the log says and whether it can be believed, as pages that ask for no trust."""
