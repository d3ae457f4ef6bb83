"""The tables behind the SQL back ends. Personal columns are sealed; one that is searched has a keyed hash beside it.

Facts carry the moment from which they are true (issued, paid, cleared, stopped, restored), and readers compare it with
their clock: the same rows tell the right story at any later time.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.types import EncryptedText, LookupHash, Money, UtcDateTime

metadata = MetaData()


class Kwh(Money):
    """Energy as Decimal kWh with two places, kept as whole hundredths."""

    cache_ok = True


feeders = Table(
    "feeders",
    metadata,
    Column("feeder_id", String(12), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("region", String(8), nullable=False),
    Column("city", String(16), nullable=False),
    Column("district", String(16), nullable=False),
)

transformers = Table(
    "transformers",
    metadata,
    Column("transformer_id", String(14), primary_key=True),
    Column("feeder_id", String(12), nullable=False, index=True),
    Column("name", String(60), nullable=False),
    Column("region", String(8), nullable=False),
    Column("city", String(16), nullable=False),
    Column("district", String(16), nullable=False),
    Column("community", String(30), nullable=False),
    Column("road", String(30), nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account_no", String(13), primary_key=True),
    Column("name", EncryptedText, nullable=False),
    Column("phone", EncryptedText, nullable=False),
    Column("phone_lookup", LookupHash, nullable=False, index=True),
    Column("region", String(8), nullable=False),
    Column("city", String(16), nullable=False),
    Column("district", String(16), nullable=False),
    Column("address", EncryptedText, nullable=False),
    Column("transformer_id", String(14), nullable=False, index=True),
    Column("category", String(12), nullable=False),
    Column("tariff_kind", String(12), nullable=False),
    Column("voltage", String(12), nullable=False),
    Column("capacity_kva", Integer, nullable=False),
    Column("basic_charge", String(4)),
    Column("power_factor_percent", Integer),
    Column("meter_no", String(16), nullable=False),
    Column("meter_start_kwh", Integer, nullable=False),
    Column("status", String(8), nullable=False),
    Column("is_tou", Boolean, nullable=False),
    Column("tou_since", String(7)),
    Column("pending_tou", Boolean),
    Column("pending_tou_from", String(7)),
    Column("household_size", Integer),
    Column("subsidy", String(4)),
    Column("has_pv", Boolean, nullable=False),
    Column("has_ev", Boolean, nullable=False),
    Column("is_prepaid", Boolean, nullable=False),
    Column("opening_credit", Money, nullable=False),
)

bill_tables = Table(
    "bill_tables",
    metadata,
    Column("table_id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("document", String(200), nullable=False),
    Column("effective_from", String(10), nullable=False),
    UniqueConstraint("name", "document", "effective_from"),
)

bills = Table(
    "bills",
    metadata,
    Column("account_no", String(13), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("total", Money, nullable=False),
    Column("energy_kwh", Kwh, nullable=False),
    Column("peak_kwh", Kwh, nullable=False),
    Column("valley_kwh", Kwh, nullable=False),
    Column("flat_kwh", Kwh, nullable=False),
    Column("sharp_kwh", Kwh, nullable=False),
    Column("deep_valley_kwh", Kwh, nullable=False),
    Column("annual_to_date_kwh", Kwh, nullable=False),
    Column("start_reading", Kwh, nullable=False),
    Column("end_reading", Kwh, nullable=False),
    Column("lines", Text, nullable=False),
    Column("table_id", Integer, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("due_date", Date, nullable=False),
    Column("paid_at", UtcDateTime),
    sqlite_with_rowid=False,
)

daily_use = Table(
    "daily_use",
    metadata,
    Column("account_no", String(13), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("energy_kwh", Kwh, nullable=False),
    Column("peak_kwh", Kwh, nullable=False),
    Column("valley_kwh", Kwh, nullable=False),
    Column("series", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

payments = Table(
    "payments",
    metadata,
    Column("payment_no", String(20), primary_key=True),
    Column("account_no", String(13), nullable=False),
    Column("paid_at", UtcDateTime, nullable=False),
    Column("cleared_at", UtcDateTime, nullable=False),
    Column("amount", Money, nullable=False),
    Column("channel", String(12), nullable=False),
    Index("payments_of_account", "account_no", "paid_at"),
)

stops = Table(
    "stops",
    metadata,
    Column("account_no", String(13), primary_key=True),
    Column("stopped_at", UtcDateTime, nullable=False),
    Column("restored_at", UtcDateTime),
)

invoices = Table(
    "invoices",
    metadata,
    Column("invoice_no", String(20), primary_key=True),
    Column("account_no", String(13), nullable=False),
    Column("month", String(7), nullable=False),
    Column("amount", Money, nullable=False),
    Column("title", EncryptedText, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    UniqueConstraint("account_no", "month"),
)

outages = Table(
    "outages",
    metadata,
    Column("outage_id", String(20), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("reason", String(60), nullable=False),
    Column("start", UtcDateTime, nullable=False),
    Column("expected_restore", UtcDateTime),
    Column("repair_since", UtcDateTime),
    Column("restored_at", UtcDateTime),
    Column("is_cancelled", Boolean, nullable=False),
    Column("region", String(8), nullable=False),
    Column("city", String(16), nullable=False),
    Column("district", String(16), nullable=False),
    Column("area", Text, nullable=False),
    Column("feeder_id", String(12), nullable=False, index=True),
    Column("transformer_id", String(14)),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("is_demo", Boolean, nullable=False),
)

halls = Table(
    "halls",
    metadata,
    Column("hall_id", String(12), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("region", String(8), nullable=False),
    Column("city", String(16), nullable=False),
    Column("district", String(16), nullable=False),
    Column("address", String(80), nullable=False),
    Column("hours", String(80), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("services", String(120), nullable=False),
    Column("is_sample", Boolean, nullable=False),
)

demo_state = Table(
    "demo_state",
    metadata,
    Column("state_id", Integer, primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("first_month", String(7), nullable=False),
    Column("last_month", String(7), nullable=False),
    Column("first_bill_month", String(7), nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
)
