"""Keys over years: their lives, who takes over when, shares for custodians, revocation and destruction."""
