import pytest
from pydantic import SecretStr, ValidationError

from commands.environment import SERVERS, SettingsRefused, load_settings, names_own_servers
from commands.printing import settings_table
from services.settings import Settings


def test_lists_are_comma_separated(monkeypatch):
    monkeypatch.setenv("ROOKERY_ALLOWED_ORIGINS", "https://a.example, https://b.example")
    assert Settings().allowed_origins == ("https://a.example", "https://b.example")


def test_a_duration_is_seconds_or_iso(monkeypatch):
    monkeypatch.setenv("ROOKERY_ACCESS_TOKEN_LIFE", "90")
    monkeypatch.setenv("ROOKERY_LOG_IN_WINDOW", "PT2M")
    settings = Settings()
    assert (settings.access_token_life.total_seconds(), settings.log_in_window.total_seconds()) == (90, 120)


def test_a_number_out_of_range_is_refused(monkeypatch):
    monkeypatch.setenv("ROOKERY_PORT", "70000")
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("seconds", ["0", "1", "-1"])
def test_a_used_refresh_token_is_answered_for_as_long_as_an_answer_of_redis_is_asked_for_again(monkeypatch, seconds):
    monkeypatch.setenv("ROOKERY_REFRESH_GRACE", seconds)
    with pytest.raises(ValidationError):
        Settings()


def test_every_setting_is_described():
    assert all(field.description for field in Settings.model_fields.values())


def test_secrets_are_not_shown(monkeypatch):
    monkeypatch.setenv("ROOKERY_TOKEN_SECRET", "do not show this")
    assert "do not show this" not in repr(Settings())


def test_some_servers_of_ones_own_need_all_of_them():
    with pytest.raises(SettingsRefused, match="ROOKERY_REDIS_URL and ROOKERY_S3_ENDPOINT must be set"):
        names_own_servers({"ROOKERY_NEO4J_URI": "bolt://somewhere"})


def test_mail_needs_a_sender_and_pages_for_its_links(monkeypatch, tmp_path):
    monkeypatch.setenv("ROOKERY_DATA_DIR", str(tmp_path))
    for name in SERVERS:
        monkeypatch.setenv(name, "redis://somewhere")
    monkeypatch.setenv("ROOKERY_SMTP_HOST", "smtp.example.org")
    with pytest.raises(SettingsRefused, match=r"^ROOKERY_SMTP_HOST is set, so ROOKERY_MAIL_FROM must be set as well$"):
        load_settings()
    monkeypatch.setenv("ROOKERY_MAIL_FROM", "Rookery <no-reply@example.org>")
    with pytest.raises(SettingsRefused, match="so ROOKERY_MAIL_LINKS must be set as well"):
        load_settings()
    monkeypatch.setenv("ROOKERY_MAIL_LINKS", "https://app.example.org")
    assert load_settings().sends_mail


@pytest.mark.parametrize("written", ["Rookery", "Rookery <a@b> <c@d>", "a b@example.org", "Rookery\n<a@example.org>"])
def test_a_sender_that_is_no_address_is_refused(monkeypatch, written):
    monkeypatch.setenv("ROOKERY_MAIL_FROM", written)
    with pytest.raises(ValidationError):
        Settings()


SECRETS = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_may_stand_in_a_file(monkeypatch, tmp_path, name):
    (tmp_path / "secret").write_text("redis://of-the-file\n")
    monkeypatch.setenv(f"ROOKERY_{name.upper()}_FILE", str(tmp_path / "secret"))
    (tmp_path / "env").write_text(f"ROOKERY_{name.upper()}=redis://of-another\n")
    settings = Settings(_env_file=tmp_path / "env")
    assert getattr(settings, name).get_secret_value() == "redis://of-the-file"
    assert "of-the-file" not in repr(settings)


def test_a_secret_stands_in_one_place_which_can_be_read(monkeypatch, tmp_path):
    monkeypatch.setenv("ROOKERY_DATA_DIR", str(tmp_path))
    for file, said in {"none": "No such file", "empty": "is empty"}.items():
        (tmp_path / "empty").touch()
        monkeypatch.setenv("ROOKERY_SEAL_SECRET_FILE", str(tmp_path / file))
        with pytest.raises(SettingsRefused, match=rf"^ROOKERY_SEAL_SECRET_FILE: .*{said}"):
            load_settings()
    monkeypatch.setenv("ROOKERY_SEAL_SECRET", "of the environment")
    with pytest.raises(SettingsRefused, match=r"^ROOKERY_SEAL_SECRET and ROOKERY_SEAL_SECRET_FILE are both set"):
        load_settings()


@pytest.mark.parametrize("address", ["redis://:mark/ed@host:6379", "redis://:mark#ed@host", "mark://host", "mark", "redis://:p@h:x"])
def test_an_address_of_redis_that_is_none_is_refused_without_its_password(monkeypatch, tmp_path, address):
    monkeypatch.setenv("ROOKERY_DATA_DIR", str(tmp_path))
    for name in SERVERS:
        monkeypatch.setenv(name, "somewhere")
    monkeypatch.setenv("ROOKERY_REDIS_URL", address)
    with pytest.raises(SettingsRefused, match=r"^ROOKERY_REDIS_URL: .*this is no address such as") as refused:
        load_settings()
    with pytest.raises(ValidationError) as of_settings:
        Settings()
    assert "mark" not in str(refused.value) + str(of_settings.value)


def test_an_address_with_a_password_names_a_server_from_a_file_too():
    names = {"ROOKERY_NEO4J_URI": "bolt://somewhere", "ROOKERY_REDIS_URL_FILE": "redis", "ROOKERY_S3_ENDPOINT": "http://somewhere"}
    assert names_own_servers(names)


def test_the_operations_page_lists_the_settings_of_the_code():
    from pathlib import Path

    page = (Path(__file__).parent.parent / "docs" / "operations.md").read_text("utf-8")
    assert settings_table() in page


def test_chances_of_early_refresh_are_pairs(monkeypatch):
    monkeypatch.setenv("ROOKERY_EARLY_REFRESH", "0.1:60, 1:5")
    assert Settings().early_refresh == ((0.1, 60), (1.0, 5))
    monkeypatch.setenv("ROOKERY_EARLY_REFRESH", "")
    assert Settings().early_refresh == ()


@pytest.mark.parametrize("text", ["0.1:60,0.1:5", "0.1:60,0.2:60", "0:60", "1.1:60", "0.1", "0.1:0", "a:b"])
def test_chances_that_make_no_curve_are_refused(monkeypatch, text):
    monkeypatch.setenv("ROOKERY_EARLY_REFRESH", text)
    with pytest.raises(ValidationError):
        Settings()
