"""The web pages, the webhook and the public addresses of images; server-rendered, Arabic first."""
