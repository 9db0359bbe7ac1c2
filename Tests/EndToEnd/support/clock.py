"""The province's clock."""

import datetime

ZONE = datetime.timezone(datetime.timedelta(hours=7))
