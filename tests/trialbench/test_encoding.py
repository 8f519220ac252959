"""Bytes become text: what the bytes decide is decided, and what they do not is never guessed."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialbench.encoding import as_exact_text, as_text, as_utf8
from trialbench.errors import EncodingError

NAMES = {"gb18030": "GB18030", "cp949": "CP949", "cp932": "Shift-JIS", "cp950": "Big5"}
WORDS = {
    "gb18030": """
    远程监控 车载终端 平台 上报 国标 数据项 可充电储能 探针 温度探针 子系统 起步 爬坡 拖车 警示灯 驻车灯
    制动灯 牌照灯 洗涤 喷水 天线 音量 音响 屏幕 亮度 语音 钥匙电量 无钥匙 胎温 左转 右转 直行 掉头 超车 汇入
    出租车 公交车 卡车 客车 挂车 半挂 轴荷 制动气压 储气罐 取力器 缓速器 尿素液位 颗粒捕集器 再生请求 空燃比
    进气温度 大气压力 机油压力 机油温度 燃油液位 百公里油耗 小计里程 保养 下次保养 维修 出厂 生产日期
    电机控制器温度 最高单体电压 最低单体电压 最高单体编号 电池包 总电流 放电功率 充电功率 绝缘阻值 交流充电
    直流充电 充电截止 需求电压 需求电流 握手失败 辨识报文 参数配置 电机转速 电机模式 母线电压 目标扭矩
    反馈扭矩 实际车速 车速有效位 油门开度 制动开关 驾驶模式 经济模式 运动模式 雪地模式 整车控制器
    故障等级一级
    """,
    "cp949": """
    원격감시 단말기 플랫폼 전송 국가표준 데이터항목 온도프로브 부시스템 출발 등판 견인 비상등 주차등 제동등
    번호판등 세척 분무 안테나 음량 오디오 화면 밝기 음성 스마트키 타이어온도 좌회전 우회전 직진 유턴 추월
    합류 택시 시내버스 트럭 승합차 트레일러 축하중 공기탱크 동력인출장치 리타더 요소수수위 매연저감장치
    공연비 흡기온도 대기압 오일압력 오일온도 연료잔량 평균연비 구간거리 정비 점검 수리 출고 제조일자
    모터제어기온도 최고셀전압 최저셀전압 배터리팩 총전류 방전전력 충전전력 절연저항값 완속 급속 충전종료
    요구전압 요구전류 통신오류 모터회전수 모터모드 직류전압 목표토크 실제차속 가속페달위치 제동스위치
    주행모드 경제모드 스포츠모드 눈길모드 차량제어기 고장등급
    """,
    "cp932": """
    遠隔監視 車載端末 プラットフォーム 送信間隔 国際規格 データ項目 温度プローブ 発進 登坂 牽引 非常灯
    駐車灯 制動灯 番号灯 洗浄 噴霧 アンテナ 音量 オーディオ 画面 明るさ 音声 スマートキー タイヤ温度 左折
    右折 直進 転回 追い越し 合流 タクシー 路線バス トラック トレーラ 軸重 エアタンク リターダ 尿素水位
    微粒子フィルタ 空燃比 吸気温度 大気圧 油温 燃料残量 平均燃費 区間距離 整備 点検 修理 出荷 製造日
    モータ制御器温度 最高セル電圧 最低セル電圧 電池パック 総電流 放電電力 充電電力 絶縁抵抗値 普通 急速
    充電終了 要求電圧 要求電流 通信異常 モータ回転数 直流電圧 目標トルク 実車速 アクセルペダル開度
    ブレーキスイッチ 走行モード エコモード スポーツモード 雪道モード 車両制御装置 故障レベル
    """,
    "cp950": """
    遠端監控 車載終端 平台 上傳 國家標準 資料項目 溫度探針 子系統 起步 爬坡 拖車 警示燈 駐車燈 煞車燈 牌照燈
    清洗 噴水 天線 音量 音響 螢幕 亮度 語音 鑰匙電量 胎溫 左轉 右轉 直行 迴轉 超車 匯入 計程車 公車 卡車
    客車 拖板車 軸重 儲氣筒 取力器 緩速器 尿素液位 濾煙器 空燃比 進氣溫度 大氣壓力 機油壓力 機油溫度
    燃油液位 平均油耗 單程里程 保養 維修 出廠 製造日期 馬達控制器溫度 最高單體電壓 最低單體電壓 電池組
    總電流 放電功率 充電功率 絕緣電阻值 交流充電 直流充電 充電截止 需求電壓 需求電流 通訊異常 馬達轉速
    馬達模式 直流電壓 目標扭力 實際車速 油門開度 煞車開關 駕駛模式 經濟模式 運動模式 雪地模式 整車控制器
    故障等級
    """,
}
"""Words of vehicle signals, none of which the vocabulary was made from."""


def dbc_line(text: str) -> str:
    return f'SG_ Sig_1 : 0|16@1+ (0.1,0) [0|250] "km/h" ECU\nCM_ SG_ 1200 Sig_1 "{text}";\n'


def taken(codec: str, text: str) -> str:
    """How text in this encoding is read: its name, "" where it is not told."""
    data = dbc_line(text).encode(codec)
    read, told = as_utf8(data)
    if "may be" in told or "no character" in told:
        assert read == data
        return ""
    assert read.decode() == data.decode({name: codec for codec, name in NAMES.items()}[told])
    return told


def together(words: list[str], count: int) -> list[str]:
    return [" ".join(words[at : at + count]) for at in range(len(words) - count + 1)]


@pytest.mark.parametrize("codec", WORDS)
@pytest.mark.parametrize(("count", "untold"), [(1, 0.2), (2, 0.05), (3, 0.02), (6, 0.0)])
def test_words_of_signals_are_told_or_left_undecided_but_never_taken_for_others(
    codec: str, count: int, untold: float
) -> None:
    texts = together(WORDS[codec].split(), count)
    found = [taken(codec, text) for text in texts]
    assert set(found) <= {NAMES[codec], ""}
    assert found.count("") <= untold * len(found)


@pytest.mark.parametrize("codec", ["gb18030", "cp949", "cp932", "cp950"])
@pytest.mark.parametrize("unit", ["℃", "°C", "°", "％", "kΩ", "μm", "㎞/h", "±", "㎜"])
def test_a_unit_alone_in_its_file_is_told(codec: str, unit: str) -> None:
    text, _ = as_text(dbc_line("Temp").encode() + f' "{unit}"\n'.encode(codec))
    assert f'"{unit}"' in text


def test_two_bytes_side_by_side_are_no_flipped_bits() -> None:
    with pytest.raises(EncodingError, match="--encoding"):
        as_text(b'SG_ Temp : 0|8@1+ (1,0) [0|0] "\xb3\xb5" X\n')


@pytest.mark.parametrize("codec", NAMES)
def test_a_lone_degree_sign_of_the_east_is_told(codec: str) -> None:
    assert taken(codec, "\N{DEGREE CELSIUS}") == NAMES[codec]


@pytest.mark.parametrize(
    "text",
    [
        "°C", "°", "µs", "m/s²", "m³", "±5", "N·m", "°/s", "Öltemperatur", "Größe", "Zündung", "Außentemperatur",
        "Übersetzung", "température", "véhicule", "Año", "não válido", "Geschwindigkeit_für", "Kühlmittel 20 °C",
    ],
)  # fmt: skip
def test_a_lone_sign_or_word_of_the_west_is_told(text: str) -> None:
    line = f'SG_ Sig_1 : 0|16@1+ (0.1,0) [0|250] "{text}" ECU'
    assert as_utf8(line.encode("cp1252")) == (line.encode(), "CP1252")


@pytest.mark.parametrize("text", ["ｴﾝｼﾞﾝ", "ﾌﾞﾚｰｷ ｾﾝｻ", "エンジン", "冷却水温ｾﾝｻ"])
def test_katakana_of_either_width_is_told(text: str) -> None:
    assert taken("cp932", text) == "Shift-JIS"


@pytest.mark.parametrize("text", ["Скорость", "ταχύτητα", "hız ışık"])
def test_other_alphabets_are_not_taken_for_one_of_these(text: str) -> None:
    codec = {"С": "cp1251", "τ": "cp1253", "h": "cp1254"}[text[0]]
    data = dbc_line(text).encode(codec)
    read, told = as_utf8(data)
    assert read == data
    assert "--encoding" in told
    assert as_utf8(data, codec) == (dbc_line(text).encode(), codec.upper())


def test_two_encodings_that_fit_alike_are_named_with_the_remedy() -> None:
    data = dbc_line("客车").encode("gb18030")  # in CP949 two syllables, as likely
    _, told = as_utf8(data)
    assert told.startswith("UTF-8, though it may be GB18030 or CP949")
    with pytest.raises(EncodingError, match="say --encoding gb18030 or --encoding cp949"):
        as_text(data)
    assert as_text(data, "gbk") == (dbc_line("客车"), "GBK")


def test_chinese_that_happens_to_be_well_formed_utf_8_is_chinese() -> None:
    data = dbc_line("模式").encode("gb18030")
    data.decode("utf-8")
    assert as_utf8(data) == (dbc_line("模式").encode(), "GB18030")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_text_in_utf_8_stays_as_it_is(text: str) -> None:
    if any(char >= "\u0800" for char in text) or text.isascii():
        assert as_utf8(text.encode()) == (text.encode(), "")


@pytest.mark.parametrize("text", ["20 °C", "µs", "Größe", "Ω", "N·m", "Скорость", "é"])
@pytest.mark.parametrize("encoding", [None, "cp949", "utf-8"])
def test_a_few_signs_in_utf_8_stay_whatever_the_caller_says(text: str, encoding: str) -> None:
    assert as_utf8(text.encode(), encoding) == (text.encode(), "")


@pytest.mark.parametrize(
    ("mark", "codec", "told"),
    [
        (codecs.BOM_UTF8, "utf-8", ""),
        (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
        (b"", "utf-16-le", "UTF-16"),
        (b"", "utf-16-be", "UTF-16"),
    ],
)
@pytest.mark.parametrize("text", ["time,speed\n0,1\n", "time,车速\n0,1\n", "time,speed [°C]\n"])
def test_marks_and_zero_bytes_tell(mark: bytes, codec: str, told: str, text: str) -> None:
    assert as_utf8(mark + text.encode(codec), "cp949") == (text.encode(), told)


@given(st.integers(0, 400), st.integers(0, 7))
def test_a_flipped_bit_costs_one_place_and_not_the_text(at: int, bit: int) -> None:
    for text in (dbc_line("speed of the car") * 3, dbc_line("车速 km/h") * 3):
        data = bytearray(text.encode())
        data[at % len(data)] ^= 1 << bit
        read = as_text(bytes(data))[0]
        assert sum(a != b for a, b in zip(read[::-1], text[::-1], strict=False)) < len(text)
        assert read.count("SG_ Sig_1") + read.count('"km/h" ECU') >= 5


def test_a_flipped_bit_in_another_encoding_leaves_it_that() -> None:
    text = dbc_line("发动机转速 电池电压 车门状态")
    data = text.encode("gb18030").replace("门".encode("gb18030"), b"\xc3\xff")
    read, told = as_text(data)
    assert read.startswith(text[: text.index("门")])
    assert told.startswith("GB18030, with bytes that are no character of it")


@given(st.binary(max_size=300), st.sampled_from([None, "cp949", "utf-16", "latin-1"]))
def test_no_bytes_crash(data: bytes, encoding: str | None) -> None:
    as_utf8(data, encoding)[0].decode("utf-8", "replace")
    try:
        as_text(data, encoding)
    except EncodingError as error:
        told = str(error)
        assert "--encoding" in told


@pytest.mark.parametrize("encoding", ["gbkk", "", "rot13", "hex", "\0"])
def test_an_encoding_that_nobody_knows_is_told_even_where_it_is_not_needed(encoding: str) -> None:
    with pytest.raises(EncodingError, match="is known: say one as cp949, gb18030"):
        as_utf8(b"ascii", encoding)


def test_names_come_out_composed() -> None:
    assert as_text("속도 é".encode())[0] == "속도 é"


def test_a_frozen_text_is_not_guessed_at() -> None:
    assert as_exact_text(codecs.BOM_UTF8 + "车速".encode()) == "车速"
    assert as_exact_text(codecs.BOM_UTF16_LE + "车速".encode("utf-16-le")) == "车速"
    with pytest.raises(EncodingError, match=r"line 2 is not UTF-8 \(it looks like GB18030\): save"):
        as_exact_text("a\n发动机转速".encode("gb18030"))
