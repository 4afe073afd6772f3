"""A shop without a web framework: what it sells, what each page shows, and what becomes of each form."""
