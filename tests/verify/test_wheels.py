"""What is built installs elsewhere: contracts, client and server as wheels in an environment of their own."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.verify, pytest.mark.timeout(1200)]


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheels_hold_everything_that_is_needed(tmp_path: Path):
    bin_dir = Path(sys.executable).parent
    for project in ("proto", "clients/python", "."):
        run(bin_dir / "python", "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=ROOT / project)
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    uv = [bin_dir / "uv", "pip", "install", "--quiet", "--python", python]
    run(*uv, "-r", ROOT / "requirements" / "run.lock")
    run(*uv, "--no-deps", *(tmp_path / "dist").glob("*.whl"))
    program = (
        "import asyncio\n"
        "from services.prediction.app import build\n"
        "from services.prediction.settings import PredictionSettings\n"
        "from steward.energy.v1.building_pb2 import Building\n"
        "from steward.energy.v1.energy_service_pb2 import PredictLoadsRequest\n"
        "from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub\n"
        "from steward_client import connect_aio\n"
        "async def main():\n"
        "    service = build(PredictionSettings(listen='127.0.0.1:0'))\n"
        "    await service.start()\n"
        "    building = Building(relative_compactness=0.79, surface_area_m2=637, wall_area_m2=343, roof_area_m2=147,\n"
        "        overall_height_m=7, orientation=1, glazing_ratio=0.4, glazing_distribution=5)\n"
        "    async with connect_aio(f'127.0.0.1:{service.server.port}') as channel:\n"
        "        reply = await EnergyServiceStub(channel).PredictLoads(PredictLoadsRequest(building=building))\n"
        "        print(reply.provenance.model)\n"
        "    await service.stop()\n"
        "asyncio.run(main())\n"
    )
    assert run(python, "-c", program, cwd=tmp_path).strip() == "energy-loads"
