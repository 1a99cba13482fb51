"""Forms on our own page for partners without LINE (通報・連絡票): one page, no script, one transaction."""
