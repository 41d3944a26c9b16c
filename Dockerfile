# The same locks and the same commands as `make run`, in three stages; only the last one is shipped.

# ── The pages: Node comes from the hashed wheel, as on a developer's machine ──
FROM python:3.13-slim AS pages
WORKDIR /build
COPY requirements-pages.lock ./
RUN pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements-pages.lock
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --omit=dev
COPY frontend/ ./
RUN npm run build

# ── The Python environment, with the project in place at the path where it will run ──
FROM python:3.13-slim AS environment
WORKDIR /srv/bidroom
RUN python -m venv /srv/venv
COPY requirements.lock ./
RUN /srv/venv/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r requirements.lock
COPY pyproject.toml ./
COPY app ./app
RUN /srv/venv/bin/pip install --no-deps --no-index --no-build-isolation --editable .

# ── What runs ──
FROM python:3.13-slim
# Data and keys are volumes of their own: a copy of the one is useless without the other.
RUN groupadd --system --gid 10001 bidroom \
    && useradd --system --uid 10001 --gid bidroom --no-create-home --home-dir /data bidroom \
    && install -d -o bidroom -g bidroom -m 0700 /data /data/keys /signer /run/signer
WORKDIR /srv/bidroom
COPY --from=environment /srv/venv /srv/venv
COPY pyproject.toml alembic.ini LICENSE ./
COPY migrations ./migrations
COPY app ./app
COPY --from=pages /build/frontend/dist ./frontend/dist
# The service cannot write beside its own code, so the compiled files are made here.
RUN /srv/venv/bin/python -m compileall -q app migrations
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BIDROOM_DATA_DIR=/data
USER bidroom
VOLUME ["/data", "/data/keys"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["bidroom", "serve", "--host", "0.0.0.0", "--port", "8000"]
