"""S8: a case filed over HTTP with two web workers, beside two writers on psycopg that insert the same rows by hand."""
