-- Filled from here whenever the version changes.

DELETE FROM doc;
