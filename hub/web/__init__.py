"""Web: the door for webhooks and health; thin."""
