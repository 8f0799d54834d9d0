"""A workbook with nearly everything that Excel can put into one: what must come back from a marking as it was."""

from __future__ import annotations

import io
from functools import lru_cache

import xlsxwriter

from tests.support.packages import rezipped
from tests.support.pictures import png_of
from tracker.columns import REPORT_TABLE

SHEET = REPORT_TABLE.title
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_XM = "http://schemas.microsoft.com/office/excel/2006/main"
_TALK = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_LIST_ELSEWHERE = f"""<ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{_X14}">
<x14:dataValidations count="1" xmlns:xm="{_XM}"><x14:dataValidation type="list" allowBlank="1" showInputMessage="1">
<x14:formula1><xm:f>'Danh mục'!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>H5:H9</xm:sqref></x14:dataValidation>
</x14:dataValidations></ext></extLst>"""
"""A list on another sheet, as Excel 2010 and later store it; openpyxl drops it."""
TALKED = "D20"
"""A cell with a conversation (a threaded comment of Excel 365)."""
_CONVERSATION = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<ThreadedComments xmlns="{_TALK}"><threadedComment ref="{TALKED}" dT="2025-03-18T08:00:00.00"
 personId="{{00000000-0000-0000-0000-000000000001}}" id="{{00000000-0000-0000-0000-000000000002}}">
<text>Chờ xác nhận</text></threadedComment></ThreadedComments>"""
_RELATION = (
    '<Relationship Id="rIdTalk" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
    ' Target="../threadedComments/threadedComment1.xml"/></Relationships>'
)
_OVERRIDE = (
    '<Override PartName="/xl/threadedComments/threadedComment1.xml"'
    ' ContentType="application/vnd.ms-excel.threadedcomments+xml"/></Types>'
)


@lru_cache
def rich_workbook() -> bytes:
    """Three sheets and a chart sheet; the first is named as the report is."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet(SHEET)
        lists = book.add_worksheet("Danh mục")
        lists.write_column("A1", ["Có", "Không", "Chưa rõ"])
        lists.very_hidden()
        hidden = book.add_worksheet("Ẩn")
        hidden.write("A1", 5)
        hidden.hide()
        _fill(book, sheet)
        _decorate(book, sheet)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": f"='{SHEET}'!$B$5:$B$9"})
        book.add_chartsheet("Biểu đồ").set_chart(chart)
        book.define_name("TatCa", f"='{SHEET}'!$A$5:$D$9")
        book.define_name(f"'{SHEET}'!CuaTrang", f"='{SHEET}'!$A$1")
        book.set_custom_property("Nơi lập", "Phòng Tổng hợp")
        book.set_properties({"title": "Số liệu", "author": "Trần Thị Bình"})
    return rezipped(stream.getvalue(), _with_extensions, {"customXml/item1.xml": b"<own>\xc4\x90</own>", **_talk()})


def _talk() -> dict[str, bytes]:
    return {"xl/threadedComments/threadedComment1.xml": _CONVERSATION.encode()}


def _with_extensions(name: str, content: bytes) -> bytes:
    if name == "xl/worksheets/sheet1.xml":
        assert b"</extLst>" in content
        return content.replace(b"</extLst>", _LIST_ELSEWHERE.encode())
    if name == "xl/worksheets/_rels/sheet1.xml.rels":
        return content.replace(b"</Relationships>", _RELATION.encode())
    if name == "[Content_Types].xml":
        return content.replace(b"</Types>", _OVERRIDE.encode())
    return content


def _fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red", "italic": True})
    money = book.add_format({"num_format": '#,##0.00 "đồng"', "locked": False, "bg_color": "#D9EAD3"})
    themed = book.add_format({"pattern": 4, "bg_color": "#FFEEDD", "fg_color": "#FFAA00"})
    sheet.merge_range("A1:F2", "BÁO CÁO", book.add_format({"align": "center", "bold": True, "border": 1}))
    sheet.write_rich_string("A3", "Chữ ", bold, "đậm", " và ", red, "đỏ")
    sheet.write_row("A4", ["Mã", "Số", "Tính", "Ngày"])
    for row in range(5, 10):
        sheet.write(f"A{row}", f"27TB-{row}", themed)
        sheet.write(f"B{row}", row * 10, money)
        sheet.write_formula(f"C{row}", f"=B{row}*2", money, row * 20)
        sheet.write_formula(f"D{row}", f'="n"&B{row}', None, f"n{row * 10}")
    sheet.write_array_formula("E5:E6", "{=B5:B6*2}", None, 100)
    sheet.write_url("F5", "https://example.vn/van-ban?a=1&b=2", string="Văn bản")
    sheet.write_url("F6", f"internal:'{SHEET}'!A1", string="Lên đầu")
    sheet.write_comment("B5", "Số liệu tạm tính.", {"author": "An", "visible": True, "x_scale": 1.5})
    sheet.write_comment("B9", "Đã đối chiếu.", {"author": "An"})
    sheet.write_comment(TALKED, "Chờ xác nhận", {"author": "tc={00000000-0000-0000-0000-000000000002}"})


def _decorate(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.set_column("A:A", 17.3)
    sheet.set_column("G:G", 5, None, {"hidden": True, "level": 1})
    sheet.set_row(6, 33.5)
    sheet.set_row(11, 20, book.add_format({"bg_color": "#EEEEEE"}))
    sheet.freeze_panes(4, 1)
    sheet.autofilter("A4:D9")
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.repeat_rows(3)
    sheet.print_area("A1:H30")
    sheet.set_header("&L&G&RTrang &P", {"image_left": "a.png", "image_data_left": io.BytesIO(png_of(3, 3))})
    sheet.set_h_pagebreaks([12])
    sheet.protect("mat khau", {"sort": True, "autofilter": True})
    sheet.unprotect_range("B5:B9", "Vùng nhập")
    sheet.ignore_errors({"number_stored_as_text": "A1:F9"})
    sheet.data_validation("B5:B9", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100})
    sheet.conditional_format("B5:B9", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("C5:C9", {"type": "3_color_scale"})
    sheet.conditional_format("C5:C9", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format("A5:A9", {"type": "blanks", "format": book.add_format({"bg_color": "#FFF7D6"})})
    sheet.add_sparkline("H4", {"range": f"'{SHEET}'!B5:B9", "markers": True})
    sheet.add_table("J4:K9", {"name": "BangRieng", "columns": [{"header": "Tên"}, {"header": "Số"}]})
    sheet.insert_image("J12", "hinh.png", {"image_data": io.BytesIO(png_of(20, 20)), "description": "Hình"})
    sheet.insert_textbox("L2", "Ghi chú của đơn vị")
    sheet.insert_button("L8", {"caption": "Nút", "macro": "a"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{SHEET}'!$B$5:$B$9", "categories": f"='{SHEET}'!$A$5:$A$9"})
    sheet.insert_chart("J20", chart)
