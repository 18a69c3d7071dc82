"""One claim, told three times: through pages, over the API and in a browser.

Only words and figures stand here. Who says them, and where, is the business of each way.
"""

from __future__ import annotations

from datetime import timedelta

from core import clock

TITLE = "The latch cracks at its base when it is pushed into the header"
PROBLEM = f"{TITLE}. 38 of 3600 are broken, all from one box."
CUSTOMER_SAYS_NO = "NCR-80417"
REQUIREMENT = "10 bends without cracks, drawing RK-12 rev. 6, note 11"
CLAIMED, DELIVERED = "38", "3600"
PHOTO = "cracked-latch.png"

BLOCK = "Move the 1200 pieces in bay 4 to the locked store."
BLOCKED = "1200 pieces locked away, labels are on"

SHIPPED_ONCE = "Lot L-2291 was shipped to Kestrel Switchgear only"
SHIPPED_WHERE = "ERP, delivery list of June"
DRIED_SHORT = "The granulate of lot L-2291 was dried for 2 h; the card says 4 h"
DRIED_WHERE = "Dryer log, 1 June, 06:10"
NO_OTHER_CUSTOMER = "Nobody else got this lot"
NO_OTHER_LOT = "All other lots of the week were dried for 4 h"
LOOKED_AT = "Looked through the records of week 23"

CAUSE = "The granulate was moulded before it was dry"
NO_ESCAPE = "Dry latches crack only days later; no test at the end of the line can show it"

ACTION = "Interlock: the machine starts only after 4 h of drying"
ACTION_SEEN_BY = "No cracks in 20 lots"
ACTION_DONE = "Interlock wired and tried on line 3"
ACTION_WORKED = "20 lots since, 0 cracks in 10 bends each"
ACTION_EARLY = "20 lots were made in two weeks, as many as in a usual quarter"

DECISION_REASON = "The defect was confirmed on retained samples."
AMOUNT, CURRENCY = "212.80", "EUR"
LETTER = {
    "body": "Thank you for your claim. We have finished our investigation.",
    "findings": "The granulate of this lot was dried for 2 h, where 4 h are needed.",
    "done": "What was left of the lot is locked away.",
    "planned": "The machine will start only after 4 h of drying.",
    "settlement": "We accept your claim and credit the 38 pieces.",
    "closing": "If you have questions, write to us.",
}
CREDIT_NOTE = "CN-77120"

LIFT = "The locked pieces were scrapped, record 118"

UNFOUNDED = "The latches were pushed in backwards; our parts keep to the drawing"
SMALL_CLAIM = "Small claim, answered by what is known"
NOT_AGREED = "The customer asks what became of the other boxes"
AGAIN = "Cracks again in lot L-2330"
SENT_TWICE = "The same claim was sent by e-mail and by phone"


def day(distance: int) -> str:
    """The day so many days from now, as forms and programs write it."""
    return (clock.now() + timedelta(days=distance)).date().isoformat()
