"""How people and machines come in: web pages, the public API, the console. Channels hold no rule."""
