"""Meta's Graph API: the client, the two kinds of channel, webhooks. Meta's own words stay inside this package."""
