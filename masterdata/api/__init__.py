"""Master data over the API: the ERP writes it, everybody may read it."""
