"""The product a task names: what is to be drawn up, issued or submitted."""

from __future__ import annotations

import re

from tracker.plan.notice.text import key

_KINDS = (
    r"kế hoạch|đề án|dự án|chương trình|quyết định|nghị quyết|dự thảo|báo cáo|tờ trình|phương án|quy chế|quy định|quy hoạch|danh mục|hướng dẫn|công văn|văn bản"
    r"|phần mềm|cơ sở dữ liệu|chuyên mục|kịch bản|đề cương|chỉ thị|hồ sơ|bộ tiêu chí|bản đồ|hệ thống|nền tảng|quy trình|sổ tay|biểu mẫu|cơ chế|chính sách"
)
_MAKES = r"xây dựng|lập|ban hành|hoàn thiện|hoàn chỉnh|soạn thảo|trình|tham mưu(?: ban hành| xây dựng)?|phê duyệt|dự thảo|biên soạn|gửi|nộp|có|chuẩn bị"
_TO = r"\s+(?:ubnd|ủy ban|chủ tịch|thường trực|tỉnh ủy|thành ủy|hđnd|lãnh đạo|sở|thủ tướng|chính phủ|bộ)\b"  # "báo cáo UBND tỉnh" reports
_PRODUCT = re.compile(
    rf"(?<!\w)(?:{_MAKES})(?:\s+(?:và|,|ubnd tỉnh|ubnd thành phố|chủ tịch ubnd tỉnh|ban hành|hoàn thiện|phê duyệt|xây dựng|xem xét|dự thảo|các|một|bộ))*\s+(?P<what>(?P<kind>{_KINDS})\b(?!{_TO})[^,;.:(]*)"
)
_STOP = re.compile(
    r"\s+(?:trước|trong|để|nhằm|theo|trên|báo cáo|trình|gửi|chậm nhất|bảo đảm|đảm bảo|phù hợp|hoàn thành|tổ chức|và\s+(?:tổ chức|triển khai|báo cáo|trình))\b"
)
_WORDS = 22


def read_product(content: str) -> str:
    """The thing to be made, in the notice's words, or "" where none is named."""
    low = key(content)
    found = _PRODUCT.search(low)
    if not found:
        return ""
    start, end = found.span("what")
    if stop := _STOP.search(low, found.end("kind"), end):
        end = stop.start()
    words = " ".join(content[start:end].split()[:_WORDS])
    return words[:1].upper() + words[1:]
