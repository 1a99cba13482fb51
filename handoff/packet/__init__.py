"""Packets (連絡票・申込票): what is known of a case, cut to its legal basis, as paper, spreadsheet and data.

`fields` the registry · `values` · `sheet` what is known (聞きとりシート) · `cut` and `anonymise` what may go (pure) ·
`store` made, sealed, opened · `pdf`, `xlsx`, `as_json` how it looks.
"""
