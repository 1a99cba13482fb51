"""Partners with an agreement (協定事業所): their codes, their workers, what the conversation knows of them."""
