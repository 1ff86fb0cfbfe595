"""How mock-edi can misbehave, and which of it the hub is held to. It has sixteen ways; a test sees to it that none is forgotten.

As our buyer it sends orders, changes and receipts; the other ways belong to a seller, and wait until the hub can buy.

| behaviour            | it is  | expected of us                                                        | since   |
|----------------------|--------|-----------------------------------------------------------------------|---------|
| accept               | both   | 997, 855, 856, 810 accepted; no disagreement; nothing unacknowledged  | issue 2 |
| strict               | both   | the same: it finds nothing at all in what we write                    | issue 2 |
| duplicate-order      | buyer  | one order in the ERP; the second is acknowledged and told             | issue 2 |
| corrupt              | both   | 997 R with AK5 code 4; nothing reaches the ERP                        | issue 2 |
| late                 | both   | receipts become overdue, are told, and close when they come           | issue 2 |
| no-ack               | both   | receipts stay overdue                                                 | issue 2 |
| reject-ack           | both   | receipts stay open as rejected, and are told                          | issue 2 |
| change-after-confirm | buyer  | 860 taken up, answered by 865; now refused: 997 R, set not supported  | not yet |
| cancel-late          | buyer  | 860 refused by 865, the goods have left; now 997 R                    | not yet |
| short-ship           | seller | we buy: 855 IQ is read, order partly confirmed                        | not yet |
| over-ship            | seller | we buy: more shipped than confirmed is held                           | not yet |
| reject-line          | seller | we buy: 855 IR is read, the line is refused                           | not yet |
| reject-all           | seller | we buy: 855 RD is read, the order is refused                          | not yet |
| duplicate-invoice    | seller | we buy: the second 810 is acknowledged and told, booked once          | not yet |
| out-of-order         | seller | we buy: 810 before 856 before 855, same end                           | not yet |
| no-invoice           | seller | we buy: nothing comes, somebody is told                               | not yet |
"""

AS_BUYER = ("accept", "strict", "duplicate-order", "corrupt", "late", "no-ack", "reject-ack")
NOT_YET_AS_BUYER = ("change-after-confirm", "cancel-late")
AS_SELLER = ("short-ship", "over-ship", "reject-line", "reject-all", "duplicate-invoice", "out-of-order", "no-invoice")
