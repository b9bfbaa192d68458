"""Sites assets work orders."""

import sqlalchemy as sa
from alembic import op

from services.maintenance.records.tables import UtcTime

revision = "0001"
down_revision = None
branch_labels = depends_on = None


def upgrade() -> None:
    """Changes the tables."""
    op.create_table(
        "site",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("country_code", sa.Text(), nullable=True),
        sa.Column("currency_code", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("tariff", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_table(
        "location",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("site_id", sa.String(length=63), nullable=False),
        sa.Column("parent_id", sa.String(length=63), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["location.id"], name=op.f("fk_location_parent_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_location_site_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
    )
    with op.batch_alter_table("location", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_location_parent_id_id"), ["parent_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_location_site_id_display_name_id"), ["site_id", "display_name", "id"], unique=False
        )

    op.create_table(
        "part",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("part_number", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("site_id", sa.String(length=63), nullable=True),
        sa.Column("stock", sa.Double(), nullable=True),
        sa.Column("min_stock", sa.Double(), nullable=True),
        sa.Column("unit_cost", sa.Double(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_part_site_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
    )
    with op.batch_alter_table("part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_display_name_id"), ["display_name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_part_number_id"), ["part_number", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_part_site_id_display_name_id"), ["site_id", "display_name", "id"], unique=False
        )

    op.create_table(
        "team",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("site_id", sa.String(length=63), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_team_site_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_display_name_id"), ["display_name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_site_id_id"), ["site_id", "id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("site_id", sa.String(length=63), nullable=False),
        sa.Column("location_id", sa.String(length=63), nullable=True),
        sa.Column("parent_id", sa.String(length=63), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("manufacturer", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("serial_number", sa.Text(), nullable=True),
        sa.Column("criticality", sa.SmallInteger(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("in_service_time", UtcTime(timezone=True), nullable=True),
        sa.Column("warranty_end_time", UtcTime(timezone=True), nullable=True),
        sa.Column("next_maintenance_time", UtcTime(timezone=True), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_asset_location_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["asset.id"], name=op.f("fk_asset_parent_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_asset_site_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_category_id"), ["category", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_criticality_id"), ["criticality", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_location_id_id"), ["location_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_asset_next_maintenance_time_id"), ["next_maintenance_time", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_asset_parent_id_id"), ["parent_id", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_asset_site_id_display_name_id"), ["site_id", "display_name", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_asset_site_id_next_maintenance_time_id"),
            ["site_id", "next_maintenance_time", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_asset_site_id_status_id"), ["site_id", "status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_status_id"), ["status", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_warranty_end_time_id"), ["warranty_end_time", "id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("team_id", sa.String(length=63), nullable=True),
        sa.Column("skills", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("hourly_cost", sa.Double(), nullable=True),
        sa.Column("inactive", sa.Boolean(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_person_team_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_display_name_id"), ["display_name", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_person_inactive_display_name_id"), ["inactive", "display_name", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_person_team_id_display_name_id"), ["team_id", "display_name", "id"], unique=False
        )

    op.create_table(
        "meter",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.String(length=63), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("lowest_value", sa.Double(), nullable=True),
        sa.Column("highest_value", sa.Double(), nullable=True),
        sa.Column("latest_value", sa.Double(), nullable=True),
        sa.Column("latest_time", UtcTime(timezone=True), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_meter_asset_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meter")),
    )
    with op.batch_alter_table("meter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meter_asset_id_display_name_id"), ["asset_id", "display_name", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_meter_kind_id"), ["kind", "id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.String(length=63), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=True),
        sa.Column("calendar", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("lead_time_d", sa.Double(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("type", sa.SmallInteger(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=True),
        sa.Column("estimated_h", sa.Double(), nullable=True),
        sa.Column("team_id", sa.String(length=63), nullable=True),
        sa.Column("checklist", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("next_due_time", UtcTime(timezone=True), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_plan_asset_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_plan_team_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_plan_asset_id_next_due_time_id"), ["asset_id", "next_due_time", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_plan_display_name_id"), ["display_name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_next_due_time_id"), ["next_due_time", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_team_id_id"), ["team_id", "id"], unique=False)

    op.create_table(
        "work_order",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("asset_id", sa.String(length=63), nullable=False),
        sa.Column("site_id", sa.String(length=63), nullable=True),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=True),
        sa.Column("state", sa.SmallInteger(), nullable=True),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("report_time", UtcTime(timezone=True), nullable=True),
        sa.Column("due_time", UtcTime(timezone=True), nullable=True),
        sa.Column("start_time", UtcTime(timezone=True), nullable=True),
        sa.Column("complete_time", UtcTime(timezone=True), nullable=True),
        sa.Column("estimated_h", sa.Double(), nullable=True),
        sa.Column("labor_h", sa.Double(), nullable=True),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("downtime_h", sa.Double(), nullable=True),
        sa.Column("assignee_id", sa.String(length=63), nullable=True),
        sa.Column("team_id", sa.String(length=63), nullable=True),
        sa.Column("checklist", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("failure_mode", sa.SmallInteger(), nullable=True),
        sa.Column("failure_mechanism", sa.SmallInteger(), nullable=True),
        sa.Column("failure_cause", sa.SmallInteger(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("prediction", sa.Text(), nullable=True),
        sa.Column("plan_id", sa.String(length=63), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_work_order_asset_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"],
            ["person.id"],
            name=op.f("fk_work_order_assignee_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_work_order_plan_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_work_order_site_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_work_order_team_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order")),
    )
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_order_asset_id_complete_time_id"), ["asset_id", "complete_time", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_work_order_asset_id_state_due_time_id"),
            ["asset_id", "state", "due_time", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_work_order_assignee_id_state_id"), ["assignee_id", "state", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_work_order_complete_time_id"), ["complete_time", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_order_create_time_id"), ["create_time", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_order_due_time_id"), ["due_time", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_order_failure_mode_id"), ["failure_mode", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_work_order_plan_id_create_time_id"), ["plan_id", "create_time", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_work_order_site_id_complete_time_id"), ["site_id", "complete_time", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_work_order_site_id_state_due_time_id"), ["site_id", "state", "due_time", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_work_order_state_due_time_id"), ["state", "due_time", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_order_team_id_state_id"), ["team_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_order_type_state_id"), ["type", "state", "id"], unique=False)

    op.create_table(
        "downtime",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("asset_id", sa.String(length=63), nullable=False),
        sa.Column("work_order_id", sa.String(length=63), nullable=True),
        sa.Column("start_time", UtcTime(timezone=True), nullable=False),
        sa.Column("end_time", UtcTime(timezone=True), nullable=True),
        sa.Column("planned", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_downtime_asset_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_downtime_work_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_downtime")),
    )
    with op.batch_alter_table("downtime", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_downtime_asset_id_start_time_id"), ["asset_id", "start_time", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_downtime_end_time_id"), ["end_time", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_downtime_start_time_id"), ["start_time", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_downtime_work_order_id_id"), ["work_order_id", "id"], unique=False)

    op.create_table(
        "stock_movement",
        sa.Column("id", sa.String(length=63), nullable=False),
        sa.Column("work_order_id", sa.String(length=63), nullable=True),
        sa.Column("part_id", sa.String(length=63), nullable=True),
        sa.Column("change", sa.Double(), nullable=True),
        sa.Column("unit_cost", sa.Double(), nullable=True),
        sa.Column("move_time", UtcTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=True),
        sa.Column("create_time", UtcTime(timezone=True), nullable=False),
        sa.Column("update_time", UtcTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["part_id"], ["part.id"], name=op.f("fk_stock_movement_part_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["work_order_id"],
            ["work_order.id"],
            name=op.f("fk_stock_movement_work_order_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    with op.batch_alter_table("stock_movement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stock_movement_move_time_id"), ["move_time", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stock_movement_part_id_move_time_id"), ["part_id", "move_time", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_stock_movement_work_order_id_move_time_id"),
            ["work_order_id", "move_time", "id"],
            unique=False,
        )
