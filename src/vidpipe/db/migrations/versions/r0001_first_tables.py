"""The first revision: every table, from an empty database.

A revision is frozen once it has been released: it says its own types and never imports the tables, which go
on changing.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(32)
WORD = sa.String(32)
TIME = sa.DateTime(timezone=True)
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _link(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete
    )


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("number" if table == "events" else "id", name=f"pk_{table}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def upgrade() -> None:
    """Make every table."""
    _make_story()
    _make_registry()
    _make_records()
    if op.get_bind().dialect.name != "sqlite":  # SQLite takes it while making the table, others only now
        op.create_foreign_key(
            "fk_projects_manifest_id_manifests",
            "projects",
            "manifests",
            ["manifest_id"],
            ["id"],
            ondelete="SET NULL",
        )
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _make_story() -> None:
    circle: list[sa.ForeignKeyConstraint] = []
    if op.get_bind().dialect.name == "sqlite":
        circle = [_link("projects", "manifest_id", "manifests", "SET NULL")]
    op.create_table(
        "projects",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("source_kind", WORD, nullable=False),
        sa.Column("source_digest", sa.String(64), nullable=False),
        sa.Column("style", sa.String(64), nullable=False),
        sa.Column("aspect_ratio", sa.String(16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("frames_per_second", sa.Integer(), nullable=False),
        sa.Column("total_s", sa.Float(), nullable=False),
        sa.Column("clip_duration_s", sa.Float(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("director", sa.String(200), nullable=False),
        sa.Column("image_maker", sa.String(200), nullable=False),
        sa.Column("video_maker", sa.String(200), nullable=False),
        sa.Column("speech", sa.String(200), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("stop_requested_at", TIME, nullable=True),
        sa.Column("stop_after", WORD, nullable=True),
        sa.Column("enrichment", sa.Boolean(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("storyboard", sa.JSON(), nullable=True),
        sa.Column("output_path", sa.Text(), nullable=True),
        sa.Column("captions_path", sa.Text(), nullable=True),
        sa.Column("manifest_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        _key("projects"),
        *circle,
    )
    op.create_table(
        "manifests",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parent_manifest_id", ID, nullable=True),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("tags_given", sa.JSON(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        _link("manifests", "parent_manifest_id", "manifests", "SET NULL"),
        _link("manifests", "project_id", "projects", "CASCADE"),
        _key("manifests"),
    )
    op.create_table(
        "pipeline_runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("outcome", WORD, nullable=True),
        sa.Column("process_id", sa.Integer(), nullable=True),
        sa.Column("step_log", sa.JSON(), nullable=False),
        _link("pipeline_runs", "project_id", "projects", "CASCADE"),
        _key("pipeline_runs"),
    )
    op.create_table(
        "scenes",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("scene_index", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("start_frame_prompt", sa.Text(), nullable=False),
        sa.Column("end_frame_prompt", sa.Text(), nullable=False),
        sa.Column("motion_prompt", sa.Text(), nullable=False),
        sa.Column("transition_notes", sa.String(300), nullable=False),
        sa.Column("cut", WORD, nullable=False),
        sa.Column("key_details", sa.JSON(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=True),
        sa.Column("status", WORD, nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        _link("scenes", "project_id", "projects", "CASCADE"),
        _key("scenes"),
        _unique("scenes", "project_id", "scene_index"),
    )
    op.create_table(
        "video_clips",
        sa.Column("id", ID, nullable=False),
        sa.Column("scene_id", ID, nullable=False),
        sa.Column("take", sa.Integer(), nullable=False),
        sa.Column("idempotency_key", sa.String(128), nullable=False),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("operation_id", sa.Text(), nullable=True),
        sa.Column("status", WORD, nullable=False),
        sa.Column("safety", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("local_path", sa.Text(), nullable=True),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("is_selected", sa.Boolean(), nullable=False),
        sa.Column("intent_at", TIME, nullable=True),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("completed_at", TIME, nullable=True),
        sa.Column("analysed_at", TIME, nullable=True),
        _link("video_clips", "scene_id", "scenes", "CASCADE"),
        _key("video_clips"),
        _unique("video_clips", "idempotency_key"),
        _unique("video_clips", "scene_id", "take"),
    )
    op.create_table(
        "keyframes",
        sa.Column("id", ID, nullable=False),
        sa.Column("scene_id", ID, nullable=False),
        sa.Column("position", sa.String(16), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("inherited_from_clip_id", ID, nullable=True),
        sa.Column("references", sa.JSON(), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _link("keyframes", "inherited_from_clip_id", "video_clips", "SET NULL"),
        _link("keyframes", "scene_id", "scenes", "CASCADE"),
        _key("keyframes"),
        _unique("keyframes", "scene_id", "position"),
    )
    op.create_table(
        "scene_manifests",
        sa.Column("id", ID, nullable=False),
        sa.Column("scene_id", ID, nullable=False),
        sa.Column("shot", sa.JSON(), nullable=True),
        sa.Column("shot_type", WORD, nullable=False),
        sa.Column("camera_movement", WORD, nullable=False),
        sa.Column("focal_point", sa.String(300), nullable=False),
        sa.Column("placements", sa.JSON(), nullable=True),
        sa.Column("references", sa.JSON(), nullable=True),
        sa.Column("cv_analysis_json", sa.JSON(), nullable=True),
        sa.Column("continuity_score", sa.Float(), nullable=True),
        _link("scene_manifests", "scene_id", "scenes", "CASCADE"),
        _key("scene_manifests"),
        _unique("scene_manifests", "scene_id"),
    )
    op.create_table(
        "scene_audio_manifests",
        sa.Column("id", ID, nullable=False),
        sa.Column("scene_id", ID, nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("ambience", sa.String(300), nullable=False),
        sa.Column("music", sa.String(300), nullable=False),
        sa.Column("continuity", sa.String(300), nullable=False),
        sa.Column("timing", sa.JSON(), nullable=True),
        _link("scene_audio_manifests", "scene_id", "scenes", "CASCADE"),
        _key("scene_audio_manifests"),
        _unique("scene_audio_manifests", "scene_id"),
    )


def _make_registry() -> None:
    op.create_table(
        "assets",
        sa.Column("id", ID, nullable=False),
        sa.Column("manifest_id", ID, nullable=False),
        sa.Column("tag", sa.String(16), nullable=False),
        sa.Column("asset_type", WORD, nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("label", sa.String(300), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("visual_description", sa.Text(), nullable=False),
        sa.Column("reverse_prompt", sa.Text(), nullable=False),
        sa.Column("voice", sa.String(300), nullable=False),
        sa.Column("reference_image", sa.Text(), nullable=True),
        sa.Column("crops", sa.JSON(), nullable=False),
        sa.Column("quality_score", sa.Float(), nullable=False),
        sa.Column("colors", sa.JSON(), nullable=False),
        sa.Column("face_embedding", sa.JSON(), nullable=True),
        sa.Column("face_embedding_space", sa.String(200), nullable=True),
        sa.Column("image_embedding", sa.JSON(), nullable=True),
        sa.Column("image_embedding_space", sa.String(200), nullable=True),
        sa.Column("source", WORD, nullable=False),
        sa.Column("found_in_scene", sa.Integer(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _link("assets", "manifest_id", "manifests", "CASCADE"),
        _key("assets"),
        _unique("assets", "manifest_id", "tag"),
    )
    op.create_table(
        "asset_appearances",
        sa.Column("id", ID, nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("scene_id", ID, nullable=True),
        sa.Column("scene_index", sa.Integer(), nullable=False),
        sa.Column("frame_index", sa.Integer(), nullable=False),
        sa.Column("time_s", sa.Float(), nullable=False),
        sa.Column("box", sa.JSON(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("how", WORD, nullable=False),
        _link("asset_appearances", "asset_id", "assets", "CASCADE"),
        _link("asset_appearances", "project_id", "projects", "CASCADE"),
        _link("asset_appearances", "scene_id", "scenes", "CASCADE"),
        _key("asset_appearances"),
        _unique("asset_appearances", "project_id", "scene_index", "asset_id", "frame_index"),
    )
    op.create_table(
        "manifest_snapshots",
        sa.Column("id", ID, nullable=False),
        sa.Column("manifest_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _link("manifest_snapshots", "manifest_id", "manifests", "CASCADE"),
        _link("manifest_snapshots", "project_id", "projects", "CASCADE"),
        _key("manifest_snapshots"),
        _unique("manifest_snapshots", "manifest_id", "project_id", "version"),
    )


def _make_records() -> None:
    op.create_table(
        "generation_candidates",
        sa.Column("id", ID, nullable=False),
        sa.Column("scene_id", ID, nullable=False),
        sa.Column("clip_id", ID, nullable=True),
        sa.Column("target", WORD, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("artefact", sa.Text(), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=True),
        sa.Column("total_score", sa.Float(), nullable=True),
        sa.Column("is_selected", sa.Boolean(), nullable=False),
        sa.Column("is_chosen_by_person", sa.Boolean(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _link("generation_candidates", "clip_id", "video_clips", "CASCADE"),
        _link("generation_candidates", "scene_id", "scenes", "CASCADE"),
        _key("generation_candidates"),
        _unique("generation_candidates", "scene_id", "target", "number"),
    )
    op.create_table(
        "project_checkpoints",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(300), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _link("project_checkpoints", "project_id", "projects", "CASCADE"),
        _key("project_checkpoints"),
        _unique("project_checkpoints", "project_id", "number"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("clip_id", ID, nullable=True),
        sa.Column("scene_index", sa.Integer(), nullable=True),
        sa.Column("step", WORD, nullable=False),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("idempotency_key", sa.String(128), nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("estimated_micros", sa.BigInteger(), nullable=False),
        sa.Column("committed_micros", sa.BigInteger(), nullable=True),
        sa.Column("actual_micros", sa.BigInteger(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        _link("ledger_entries", "clip_id", "video_clips", "SET NULL"),
        _link("ledger_entries", "project_id", "projects", "SET NULL"),
        _key("ledger_entries"),
        _unique("ledger_entries", "idempotency_key"),
    )
    op.create_table(
        "events",
        sa.Column("number", COUNTER, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("scene_index", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        _link("events", "project_id", "projects", "CASCADE"),
        _link("events", "run_id", "pipeline_runs", "SET NULL"),
        _key("events"),
    )


INDEXED = (
    ("projects", "manifest_id"),
    ("manifests", "parent_manifest_id"),
    ("manifests", "project_id"),
    ("pipeline_runs", "project_id"),
    ("scenes", "project_id"),
    ("video_clips", "scene_id"),
    ("keyframes", "inherited_from_clip_id"),
    ("keyframes", "scene_id"),
    ("scene_manifests", "scene_id"),
    ("scene_audio_manifests", "scene_id"),
    ("assets", "manifest_id"),
    ("asset_appearances", "asset_id"),
    ("asset_appearances", "project_id"),
    ("asset_appearances", "scene_id"),
    ("manifest_snapshots", "manifest_id"),
    ("manifest_snapshots", "project_id"),
    ("generation_candidates", "clip_id"),
    ("generation_candidates", "scene_id"),
    ("project_checkpoints", "project_id"),
    ("ledger_entries", "clip_id"),
    ("ledger_entries", "project_id"),
    ("events", "project_id"),
    ("events", "run_id"),
)


def downgrade() -> None:
    """There is nothing before it."""
    raise NotImplementedError("The first revision has none before it.")
