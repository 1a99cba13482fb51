"""Municipality packs (自治体パック): one TOML per municipality, and how it is read and checked."""
