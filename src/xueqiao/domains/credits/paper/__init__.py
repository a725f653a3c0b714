"""The certificate on paper: one Typst page, fonts that ship with us, the credential attached."""
