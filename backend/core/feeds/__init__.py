"""What programs subscribe to: Atom feeds and calendars. No domain words."""
