"""Installing, with a stand-in for pip that answers from recorded plans."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drumlin.errors import LearningMissingError
from drumlin.progress import Progress
from drumlin.workspace import extras
from drumlin.workspace.extras import CPU_INDEX, Pip, add_learning, choose_torch, cuda_packages, train_requirements

PIP = """
import json, pathlib, sys
here = pathlib.Path(__file__).parent
words = sys.argv[1:]
with (here / "calls.jsonl").open("a") as file: file.write(json.dumps(words) + "\\n")
if words == ["--version"]:
    version = (here / "version").read_text() if (here / "version").exists() else "25.0"
    print(f"pip {version} from here")
    sys.exit(0 if (here / "plans.json").exists() else 1)
plans = json.loads((here / "plans.json").read_text())
key = "cpu" if "--index-url" in words else next(word for word in words if word in plans or "==" in word or ">=" in word)
plan = plans.get(key)
if "--report" in words:
    if plan is None: sys.exit(1)
    report = {"install": [{"metadata": {"name": n, "version": v}} for n, v in plan]}
    pathlib.Path(words[words.index("--report") + 1]).write_text(json.dumps(report))
else:
    print("Collecting torch")
    print("Downloading https://example.org/torch-2.13.0-cp311-linux.whl (180 MB)")
    print("Progress 50 of 200", "Progress 200 of 200", "Installing collected packages: torch", sep="\\n")
    if plan and plan[0][1] == "bad": sys.exit("no space left on device")
"""
CLEAN = [["torch", "2.13.0+cpu"], ["sympy", "1.14.0"]]
CUDA = [["torch", "2.15.0"], ["nvidia-cublas", "13.4"], ["triton", "3.9.0"]]
OTHERS = [["lightning-fabric", "2.6"], ["tensorboard", "2.21"]]

MakePip = Callable[..., Pip]


@pytest.fixture
def make_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakePip:
    monkeypatch.setattr(extras, "has_learning", lambda: False)
    monkeypatch.setattr(extras, "_is_there", lambda module: False)
    monkeypatch.setattr(extras, "_check_imports", lambda: "2.13.0+cpu")

    def make(**plans: object) -> Pip:
        (tmp_path / "pip.py").write_text(PIP)
        named = {"pinned": "torch==2.13.0", "cpu": "cpu", "plain": "torch>=2.5", "others": train_requirements()[0]}
        (tmp_path / "plans.json").write_text(json.dumps({named[key]: plan for key, plan in plans.items()}))
        return Pip((sys.executable, str(tmp_path / "pip.py")))

    return make


def installs(folder: Path) -> list[list[str]]:
    calls = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    return [[word for word in call if "torch" in word or "://" in word] for call in calls if "--progress-bar" in call]


def test_a_plan_without_cuda_is_carried_out(make_pip: MakePip, tmp_path: Path) -> None:
    assert add_learning(pip=make_pip(pinned=CLEAN, others=OTHERS)) == "2.13.0+cpu"
    assert installs(tmp_path)[0] == ["torch==2.13.0"]
    assert len(installs(tmp_path)) == 2


def test_where_the_plain_plan_would_bring_cuda_the_index_of_cpu_builds_is_used(
    make_pip: MakePip, tmp_path: Path
) -> None:
    add_learning(pip=make_pip(pinned=CUDA, cpu=CLEAN, plain=CUDA, others=OTHERS))
    assert installs(tmp_path)[0] == ["torch>=2.5", CPU_INDEX]


def test_a_plain_plan_will_do_where_it_is_clean(make_pip: MakePip) -> None:
    assert choose_torch(make_pip(plain=CLEAN)) == ("torch>=2.5",)


def test_where_every_plan_has_cuda_nothing_is_installed(make_pip: MakePip, tmp_path: Path) -> None:
    pip = make_pip(pinned=CUDA, cpu=[["torch", "2.15.0+cu130"]], plain=CUDA, others=OTHERS)
    with pytest.raises(LearningMissingError, match="nvidia-cublas, torch, triton; nothing was installed"):
        add_learning(pip=pip)
    assert installs(tmp_path) == []


def test_without_a_network_nothing_is_installed(make_pip: MakePip, tmp_path: Path) -> None:
    with pytest.raises(LearningMissingError, match="Is the network there"):
        add_learning(pip=make_pip())
    assert installs(tmp_path) == []


def test_company_that_would_bring_cuda_is_refused(make_pip: MakePip, tmp_path: Path) -> None:
    with pytest.raises(LearningMissingError, match="no plan without CUDA"):
        add_learning(pip=make_pip(pinned=CLEAN, others=CUDA))
    assert len(installs(tmp_path)) == 1


def test_what_pip_says_last_is_in_the_error(make_pip: MakePip) -> None:
    with pytest.raises(LearningMissingError, match="no space left on device"):
        add_learning(pip=make_pip(pinned=[["torch", "bad"]]))


def test_progress_counts_bytes(make_pip: MakePip) -> None:
    heard: list[Progress] = []
    add_learning(heard.append, make_pip(pinned=CLEAN, others=OTHERS))
    steps = [(step.done, step.total, step.message) for step in heard]
    assert (50, 200, "downloading torch") in steps
    assert [message for _, _, message in steps][-1] == "checking"


@pytest.mark.parametrize(("version", "bar"), [("23.2.1", "off"), ("24.1", "raw")])
def test_an_old_pip_is_asked_only_for_what_it_can(make_pip: MakePip, tmp_path: Path, version: str, bar: str) -> None:
    (tmp_path / "version").write_text(version)
    add_learning(pip=make_pip(pinned=CLEAN, others=OTHERS))
    calls = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert {call[call.index("--progress-bar") + 1] for call in calls if "--progress-bar" in call} == {bar}


def test_a_python_of_the_system_is_left_alone(
    make_pip: MakePip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    monkeypatch.setattr(extras.sysconfig, "get_path", lambda name: str(tmp_path))
    with pytest.raises(LearningMissingError, match="pipx"):
        add_learning(pip=make_pip(pinned=CLEAN))


def test_without_pip_one_is_told_what_to_install(
    make_pip: MakePip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = make_pip()
    (tmp_path / "plans.json").unlink()
    monkeypatch.setattr(extras.subprocess, "run", _without_ensurepip(extras.subprocess.run))
    with pytest.raises(LearningMissingError, match=r"no pip in this environment.*torch>=2\.5"):
        add_learning(pip=pip)


def _without_ensurepip(run: Callable[..., object]) -> Callable[..., object]:
    def guarded(command: list[str], **options: object) -> object:
        return run([sys.executable, "-c", ""] if "ensurepip" in command else command, **options)

    return guarded


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        (CLEAN, []),
        (CUDA, ["nvidia-cublas", "triton"]),
        ([["torch", "2.5+cu121"]], ["torch"]),
        ([["cuda-bindings", "1"]], ["cuda-bindings"]),
        ([["pytorch-triton-rocm", "1"]], ["pytorch-triton-rocm"]),
        ([["NVIDIA_nccl", "1"]], ["NVIDIA_nccl"]),
        ([["barracuda", "1"]], []),
    ],
)
def test_cuda_is_known_by_its_names(plan: list[list[str]], found: list[str]) -> None:
    assert cuda_packages([{"metadata": {"name": name, "version": version}} for name, version in plan]) == found


def test_the_requirements_are_those_of_the_package() -> None:
    names = {requirement.split(">")[0] for requirement in train_requirements()}
    assert names == {"torch", "lightning-fabric", "tensorboard", "onnxscript"}
