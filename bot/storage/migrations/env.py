"""How Alembic runs the migrations: on the connection it is given, inside that connection's transaction."""

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column: copy the table instead
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
