"""Photos, voices, films and files from LINE (添付): fetched at once, cleaned in a child process, sealed."""
