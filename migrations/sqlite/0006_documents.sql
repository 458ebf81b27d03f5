-- What a feed's document was when it was last made, and since when it has been
-- so: its date (Last-Modified) moves with its bytes and with nothing else.
ALTER TABLE feed ADD COLUMN document_hash BLOB;     -- xxh3, 128 bits
ALTER TABLE feed ADD COLUMN document_at   INTEGER;  -- store/documents.rs
