"""Bodies that the schema shows."""

from typing import Any

SITE: dict[str, Any] = {"name": "Tarvina", "time_zone": "Europe/Moscow", "language": "ru"}
LINE: dict[str, Any] = {"name": "Line 3", "site": "MAIN"}
CUSTOMER: dict[str, Any] = {
    "name": "Kestrel Switchgear",
    "country": "IN",
    "language": "en",
    "city": "Pune",
    "requires_8d": True,
    "contacts": [{"name": "Priya Nair", "email": "priya.nair@kestrel.example"}],
}
PRODUCT: dict[str, Any] = {"name": "Connector housing", "family": "F-CON", "unit": "pcs"}
LOT: dict[str, Any] = {
    "product": "RK-12",
    "line": "L3",
    "produced_on": "2026-06-01",
    "shift": "B",
    "quantity": "4800",
    "raw_lots": ["M-5540"],
}
SHIPMENTS: dict[str, Any] = {
    "lines": [
        {
            "document_no": "SH-10021",
            "position": 1,
            "shipped_on": "2026-06-03",
            "customer": "C-001",
            "product": "RK-12",
            "lot": "L-2291",
            "quantity": "3600",
        }
    ]
}
